"""A small drill made by hand: two injects, a contingency, a reserve, a time jump, five actions, a warning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.common.types import Text
from sim.drill import model as m

CLAUSE = m.Clause(
    plan=Text("某市突发事件总体应急预案", "General emergency plan"),
    clause="4.2",
    quote="30分钟内电话报告",
    checked=False,
)


def text(zh: str, en: str = "") -> Text:
    return Text(zh, en or zh)


def benchmark(median: float, limit: float | None, n: int = 200, never: float = 0.0) -> m.Benchmark:
    """A lognormal law with this median, some copies of which never did it."""
    rng = np.random.default_rng(int(median * 10))
    values = np.round(median * np.exp(0.4 * rng.standard_normal(n)), 1)
    values[: int(never * n)] = np.inf
    return of_values(values, limit)


def of_values(values: np.ndarray, limit: float | None) -> m.Benchmark:
    def q(p: float) -> float | None:
        found = float(np.quantile(values, p, method="higher"))
        return found if np.isfinite(found) else None

    done = values[np.isfinite(values)]
    return m.Benchmark(
        values=tuple(float(v) if np.isfinite(v) else None for v in values),
        p05=q(0.05),
        p10=q(0.10),
        p25=q(0.25),
        p50=q(0.5),
        p75=q(0.75),
        p80=q(0.8),
        p90=q(0.9),
        p95=q(0.95),
        mean=float(done.mean()),
        sd=float(done.std()),
        p50_low=q(0.43),
        p50_high=q(0.57),
        p90_low=q(0.85),
        p90_high=q(0.94),
        p_not_done=float(np.mean(~np.isfinite(values))),
        p_meet_limit=None if limit is None else float(np.mean(values <= limit)),
    )


def action(number: str, inject: str, unit: str, step: str, median: float, **change: object) -> m.Action:
    limit = change.pop("limit_min", None)
    made = m.Action(
        action_id=number,
        inject_id=inject,
        unit_id=unit,
        role=text("值班员", "duty officer"),
        action=text(f"{number} 应采取的行动", f"what {number} asks for"),
        standard=text("记录时间、要素齐全", "time noted, complete"),
        clock="received",
        predecessor="",
        limit_min=limit,
        limit_clause=CLAUSE if limit is not None else None,
        trace=m.Trace(step=step, demand=17),
        benchmark=benchmark(median, limit),
        since_t0=benchmark(median + 10, None),
        binding=text("值班席位不足", "too few duty officers"),
        objective_id="O-1",
        target_id="CT-1.1",
        capability="operational_coordination",
        critical_task=text("信息报送", "reporting"),
        evaluator="",
        timed=True,
    )
    return replace(made, **change)


def inject(number: str, kind: str, ex_min: float | None, sim_min: float | None, **change: object) -> m.Inject:
    made = m.Inject(
        inject_id=number,
        kind=kind,
        move_id="M-1",
        ex_min=ex_min,
        sim_min=sim_min,
        title=text(f"{number} 机密标题", f"{number} secret title"),
        message=text(
            f"{number}：某街道居民楼坍塌，多人被困。",
            f"{number}: a block of flats has collapsed, people are trapped.",
        ),
        mode="phone",
        from_role=text("群众（模拟）", "member of the public (simulated)"),
        to_unit="U-01",
        to_role=text("值班员", "duty officer"),
        controller="",
        location=text("某街道", "a township"),
        lon=106.4,
        lat=39.0,
        action_ids=(),
        objective_ids=("O-1",),
        capability="operational_coordination",
        clause=CLAUSE,
        condition=text("到时下达", "by time"),
        materials=(),
        timed=True,
        sim_event="demand:17",
        theme="",
        answers=(text("被困约6人", "about 6 people are trapped"),),
        first_report=text("首报：……", "First report: ..."),
        warning="",
    )
    return replace(made, **change)


def sample() -> m.Drill:
    """The drill."""
    objective = m.Objective(
        objective_id="O-1",
        who=text("市应急指挥部", "city command"),
        condition=text("夜间强震", "a strong earthquake at night"),
        task=text("接报并派出队伍", "take reports and send teams"),
        standard=text("30分钟内", "within 30 min"),
        effect=text("被困人员得到救援", "the trapped are reached"),
        capability="operational_coordination",
        weight=1.0,
        stress="reporting",
    )
    units = (
        m.Unit(
            unit_id="U-01",
            name=text("市应急指挥部", "City command"),
            role="command",
            task=text("指挥", "command"),
            teams=(),
            people=6,
            equipment="",
            node="",
            lon=106.38,
            lat=39.01,
            synthetic=False,
        ),
        m.Unit(
            unit_id="U-02",
            name=text("消防救援一站", "Fire station 1"),
            role="player",
            task=text("救援", "rescue"),
            teams=("F1",),
            people=20,
            equipment="2车",
            node="N1",
            lon=106.39,
            lat=39.02,
            synthetic=True,
        ),
        m.Unit(
            unit_id="U-03",
            name=text("导调组", "Control cell"),
            role="controller",
            task=text("导调", "control"),
            teams=(),
            people=4,
            equipment="",
            node="",
            lon=106.38,
            lat=39.01,
            synthetic=False,
        ),
    )
    injects = (
        inject(
            "X-01",
            "admin",
            0.0,
            None,
            title=text("演练开始", "STARTEX"),
            timed=False,
            sim_event="",
            clause=None,
            message=text("演练开始。", "The exercise begins."),
            answers=(),
            first_report=text("", ""),
            objective_ids=(),
        ),
        inject("I-001", "inject", 5.0, 4.0, action_ids=("A-001-1", "A-001-2", "A-001-3")),
        inject(
            "M-1",
            "move",
            60.0,
            240.0,
            title=text("时间跳跃", "Time jump"),
            timed=False,
            clause=None,
            message=text("时间前进三小时。", "Three hours pass."),
            move_id="M-2",
            sim_event="",
            objective_ids=(),
        ),
        inject("I-002", "inject", 65.0, 245.0, move_id="M-2", action_ids=("A-002-1", "A-002-2"), warning="W-1"),
        inject(
            "C-001",
            "contingency",
            45.0,
            None,
            condition=text("若45分钟时仍未见 A-001-2", "if A-001-2 is not seen by 45 min"),
        ),
        inject("R-01", "reserve", None, None, theme="media", timed=False),
    )
    actions = (
        action("A-001-1", "I-001", "U-01", "report", 12.0, limit_min=30.0),
        action("A-001-2", "I-001", "U-01", "order", 8.0, clock="previous", predecessor="A-001-1"),
        action(
            "A-001-3",
            "I-001",
            "U-02",
            "arrive",
            15.0,
            clock="previous",
            predecessor="A-001-2",
            limit_min=15.0,
            role=text("中队长", "crew leader"),
            capability="mass_search_rescue",
        ),
        action("A-002-1", "I-002", "U-01", "warn", 20.0, limit_min=30.0, trace=m.Trace(step="warn", danger=0)),
        action(
            "A-002-2",
            "I-002",
            "U-02",
            "done",
            90.0,
            clock="previous",
            predecessor="A-002-1",
            timed=False,
            benchmark=None,
            since_t0=None,
        ),
    )
    ring = ((106.3, 38.9), (106.5, 38.9), (106.5, 39.1), (106.3, 39.1), (106.3, 38.9))
    warning = m.PublicWarning(
        warning_id="W-1",
        inject_id="I-002",
        message_type="Alert",
        references=(),
        event=text("余震", "Aftershock"),
        event_code="earthquake",
        color="orange",
        urgency="Expected",
        severity="Severe",
        certainty="Likely",
        headline=text("某市发布余震橙色预警", "Orange warning of aftershocks"),
        description=text("可能发生余震。", "Aftershocks may come."),
        instruction=text("请勿返回受损房屋。", "Keep out of damaged houses."),
        ex_min=65.0,
        expires_ex_min=165.0,
        zones=("640202001",),
        area=text("某街道", "a township"),
        polygons=(ring,),
    )
    overview = m.Overview(
        drill_id="drill-sample",
        version=1,
        revised_at="2026-11-26",
        name=text("样例演练", "Sample drill"),
        city=text("某市", "Some city"),
        city_code="640200",
        form="field",
        notice="announced",
        purpose=text("检验性", "to test"),
        hazard="earthquake",
        scenario=text("6.5级地震。", "An earthquake of magnitude 6.5."),
        evolution=text("主震后有火灾和余震。", "Fires and aftershocks follow."),
        consequences=text("房屋倒塌。", "Houses collapse."),
        background=text("冬夜，零下10度。", "A winter night at -10 degrees."),
        event_grade="II",
        response_level="II",
        warning_color="orange",
        date="2027-05-12",
        start="09:00",
        utc_offset="+08:00",
        window_min=180.0,
        endex_min=160.0,
        hotwash_min=20.0,
        venues=text("市应急指挥中心", "City command centre"),
        host=text("市应急管理局", "Emergency bureau"),
        organiser=text("消防救援支队", "Fire brigade"),
        layout=text("现状", "Current ledger"),
        scenario_time="2027-01-15T22:00",
        safety_word=text("真实险情", "REAL EMERGENCY"),
        end_conditions=text("全部情况处置完毕", "all injects handled"),
        forbidden=(text("不得动用真实报警电话", "no real emergency calls"),),
        realism=0.4,
        realism_text=text("居于可能情景之中", "well within what is plausible"),
        difficulty="standard",
    )
    band = benchmark(15.0, 15.0)
    places = (
        m.Place(
            layer="incident",
            place_id="I-001",
            name=text("I-001 机密标题", "I-001 secret title"),
            geometry="Point",
            coordinates=((106.4, 39.0),),
            from_ex_min=5.0,
            to_ex_min=180.0,
            audience="controller",
            properties=(),
        ),
        m.Place(
            layer="team_base",
            place_id="U-02",
            name=text("消防救援一站", "Fire station 1"),
            geometry="Point",
            coordinates=((106.39, 39.02),),
            from_ex_min=0.0,
            to_ex_min=180.0,
            audience="player",
            properties=(),
        ),
        m.Place(
            layer="district",
            place_id="640202",
            name=text("某区", "A county"),
            geometry="Polygon",
            coordinates=ring,
            from_ex_min=0.0,
            to_ex_min=180.0,
            audience="player",
            properties=(),
        ),
    )
    return m.Drill(
        schema_version=m.SCHEMA_VERSION,
        overview=overview,
        simulation=m.Simulation(
            turnout_version="0.1.0",
            scenario_sha256="0" * 64,
            layout_id="current",
            seed=1,
            replications=200,
            first_replication=0,
            late_shares=tuple(int(v > (band.p90 or 0.0)) for v in band.values if v is not None),
        ),
        objectives=(objective,),
        targets=(
            m.CapabilityTarget(
                target_id="CT-1.1",
                objective_id="O-1",
                text=text("30分钟内报出", "reported within 30 min"),
                clause=CLAUSE,
            ),
        ),
        units=units,
        moves=(
            m.Move(
                move_id="M-1",
                name=text("第一阶段", "Move 1"),
                ex_from_min=0.0,
                ex_to_min=60.0,
                sim_from_min=-1.0,
                sim_to_min=59.0,
                summary=text("", ""),
            ),
            m.Move(
                move_id="M-2",
                name=text("第二阶段", "Move 2"),
                ex_from_min=60.0,
                ex_to_min=160.0,
                sim_from_min=240.0,
                sim_to_min=340.0,
                summary=text("其间已救出12人。", "Twelve people were brought out meanwhile."),
            ),
        ),
        injects=injects,
        actions=actions,
        warnings=(warning,),
        places=places,
        states=(
            m.State(ex_min=0.0, sim_min=-1.0, facts=((text("被困（人）", "trapped (people)"), "0"),)),
            m.State(ex_min=15.0, sim_min=14.0, facts=((text("被困（人）", "trapped (people)"), "25"),)),
        ),
        stresses=(
            m.Stress(
                kind="breach",
                text=text("15分钟内未到达的概率", "chance of not arriving within 15 min"),
                band_low=0.4,
                band_high=0.6,
                achieved=0.5,
                low=0.43,
                high=0.57,
                replications=200,
                met=True,
            ),
        ),
        difficulties=(
            m.Difficulty(
                capability="mass_search_rescue",
                missed=0.35,
                low=0.29,
                high=0.42,
                band="standard",
                reason=text("A-001-3 最常超时", "A-001-3 is late most often"),
            ),
        ),
        questions=(
            m.Question(
                question_id="Q-01",
                text=text("首报应包含哪些要素？", "What belongs in a first report?"),
                points=(text("时间、地点", "time, place"),),
                clause=CLAUSE,
                score=10.0,
                unit_id="U-01",
            ),
        ),
        branches=(),
        provenance=(
            m.Provenance(name=text("出动时间", "turnout"), value="1 min", source="建标152-2017", checked=False),
        ),
        time_map=((-1.0, 0.0), (59.0, 60.0), (240.0, 60.0), (340.0, 160.0)),
        evaluation_template="hseep_eeg",
    )
