"""What must hold between the cells of the water tables; each mistake with its place and the way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from sim.city.model import Roads, Zones
from sim.city.table import Problems, Table, nearest
from sim.common.errors import Problem


def check_gullies(gullies: Table, paths: Table, zones: Zones, problems: Problems) -> None:
    """Every gully feeds known townships, and its flood paths lead to these."""
    known = set(zones.code)
    below: dict[str, set[str]] = {}
    for i, row in enumerate(gullies.records()):
        codes = [code for code in row["downstream_townships"].split(";") if code]
        if known.issuperset(codes):
            below[row["gully_id"]] = set(codes)
        if not codes:
            problems.append(gullies.problem("water.feeds_nothing", i, "downstream_townships", gully=row["gully_id"]))
        for code in codes:
            if code not in known:
                problems.append(
                    Problem(code="unknown_reference", file=gullies.file, row=gullies.rows[i],
                            column="downstream_townships", value=code,
                            params={"what": "township", "near": nearest(code, known)})
                )
    for i, row in enumerate(paths.records()):
        origin, code = row["from_id"], row["code"]
        if origin in below and code in known and code not in below[origin]:
            problems.append(paths.problem("water.path_elsewhere", i, "code", gully=origin))


def check_cover(
    table: Table, column: str, wanted: Sequence[str], what: str, problems: Problems, *, strangers: bool = True
) -> None:
    """Each of *wanted* has a row in *table*, and (*strangers*) each row belongs to one of them."""
    rows = table.values.get(column, [])
    for name in wanted:
        if name not in rows:
            problems.append(
                Problem(code="water.row_missing", file=table.file, column=column, value=name, params={"what": what})
            )
    for i, name in enumerate(rows):
        if strangers and name not in wanted:
            near = nearest(name, wanted)
            problems.append(table.problem("unknown_reference", i, column, what=what, near=near))


def check_levels(table: Table, problems: Problems) -> None:
    """Heights of a zone start at 0, rise and are those of every other zone; shares never fall."""
    by_zone: dict[str, list[int]] = {}
    for i, code in enumerate(table.values.get("code", [])):
        by_zone.setdefault(code, []).append(i)
    count = Counter(tuple(table["height_m"][i] for i in rows) for rows in by_zone.values())
    usual = list(count.most_common(1)[0][0]) if count else []
    for code, rows in by_zone.items():
        heights = [table["height_m"][i] for i in rows]
        if heights != usual or heights[0] != 0.0 or heights != sorted(set(heights)):
            params = {"zone": code, "usual": ", ".join(f"{h:g}" for h in usual)}
            problems.append(table.problem("water.heights", rows[0], "height_m", **params))
        for column in ("area_share", "people_share", "road_share"):
            for before, i in pairwise(rows):
                if table[column][i] < table[column][before]:
                    problems.append(table.problem("water.shares_fall", i, column, before=table[column][before]))
        if table["area_share"][rows[-1]] <= 0.0:
            problems.append(table.problem("water.no_area", rows[-1], "area_share", zone=code))


def check_shares(paths: Table, problems: Problems) -> None:
    """The shares of the paths of an origin make 1."""
    total: dict[str, float] = {}
    first: dict[str, int] = {}
    for i, row in enumerate(paths.records()):
        total[row["from_id"]] = total.get(row["from_id"], 0.0) + row["share"]
        first.setdefault(row["from_id"], i)
    for origin, sum_ in total.items():
        if abs(sum_ - 1.0) > 1e-6:
            params = {"group": origin, "sum": f"{sum_:.3f}", "whole": 1}
            problems.append(paths.problem("shares_do_not_add_up", first[origin], "share", **params))


def check_basins(basins: Table, bodies: Table, problems: Problems) -> None:
    """A basin has a way out, a crest above its spillway, and room for water."""
    storage = dict(zip(bodies.values.get("wb_id", []), bodies.values.get("flood_storage_10k_m3", []), strict=True))
    for i, row in enumerate(basins.records()):
        if row["outlet_m3s"] <= 0.0:
            problems.append(basins.problem("water.no_outlet", i, "outlet_m3s", basin=row["wb_id"]))
        if row["spill_width_m"] <= 0.0:
            problems.append(basins.problem("water.no_spillway", i, "spill_width_m", basin=row["wb_id"]))
        if row["crest_height_m"] <= row["spill_height_m"]:
            spill = row["spill_height_m"]
            problems.append(basins.problem("water.crest_below_spillway", i, "crest_height_m", spill=spill))
        if storage.get(row["wb_id"], 1.0) <= 0.0:
            problems.append(basins.problem("water.no_storage", i, "wb_id"))


def check_stations(stations: Table, problems: Problems) -> None:
    """Stations follow the river, and no flow begins below the bed."""
    chainage = stations.values.get("chainage_km", [])
    for i, row in enumerate(stations.records()):
        if row["zero_flow_m"] < row["bed_m"]:
            problems.append(stations.problem("water.stage_below_bed", i, "zero_flow_m", bed=row["bed_m"]))
        if i and chainage[i] <= chainage[i - 1]:
            problems.append(stations.problem("water.not_downstream", i, "chainage_km", before=chainage[i - 1]))


def check_dykes(dykes: Table, plains: Table, stations: Table, problems: Problems) -> None:
    """Crests stand above the ground behind, and both above the bed of the river."""
    bed = dict(zip(stations.values.get("station_id", []), stations.values.get("bed_m", []), strict=True))
    for i, row in enumerate(dykes.records()):
        lowest = bed.get(row["station_id"], row["ground_m"])
        if row["ground_m"] < lowest:
            problems.append(dykes.problem("water.stage_below_bed", i, "ground_m", bed=lowest))
        if row["crest_m"] <= row["ground_m"]:
            problems.append(dykes.problem("water.crest_below_ground", i, "crest_m", ground=row["ground_m"]))
    for i, row in enumerate(plains.records()):
        lowest = bed.get(row["station_id"], row["ground_low_m"])
        if row["ground_low_m"] < lowest:
            problems.append(plains.problem("water.stage_below_bed", i, "ground_low_m", bed=lowest))
        if row["ground_high_m"] < row["ground_low_m"]:
            low = row["ground_low_m"]
            problems.append(plains.problem("water.plain_upside_down", i, "ground_high_m", low=low))


def check_flood_paths_of_roads(roads: Roads, gullies: Table, problems: Problems) -> None:
    """A road's flood path names gullies of the city, by name or id, separated by semicolons."""
    known = {*gullies.values.get("name_zh", []), *gullies.values.get("gully_id", [])}
    if not known:
        return
    for edge, word in zip(roads.edge_id, roads.flood_path, strict=True):
        for name in (part.strip() for part in word.split(";")):
            if name and name not in known:
                params = {"edge": edge, "near": nearest(name, sorted(known))}
                problems.append(
                    Problem(code="water.unknown_flood_path", file="roads.csv", column="flood_path", value=name,
                            params=params)
                )
