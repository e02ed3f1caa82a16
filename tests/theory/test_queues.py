"""The response against closed forms: with one kind, no driving and exponential work it is an M/M/c queue."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tiny_world as tw

from sim.response.respond import respond


def erlang_c_wait_min(arrivals_per_min: float, service_per_min: float, crews: int) -> float:
    """Mean waiting time of M/M/c (Erlang 1917)."""
    load = arrivals_per_min / service_per_min
    rho = load / crews
    tail = load**crews / math.factorial(crews) / (1.0 - rho)
    waits = tail / (sum(load**k / math.factorial(k) for k in range(crews)) + tail)
    return waits / (crews * service_per_min - arrivals_per_min)


def waiting_min(crews: int, arrivals_per_min: float, service_min: float, customers: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    real = np.cumsum(rng.exponential(1.0 / arrivals_per_min, customers))
    work = rng.exponential(service_min, customers)
    city = tw.city(nodes=1, edges=[], zone_nodes=(0,))
    rows = [{"real_min": float(t), "work": float(w)} for t, w in zip(real, work, strict=True)]
    plan = tw.plan(fatigue_after_h=1e6, duty_limit_h=2e6, dispatch_look_ahead=1)
    team = tw.team(people=6 * crews, turnout_min=0.0)
    log = respond(city, plan, tw.layout([team]), tw.scenario(city, rows, horizon_min=float(real[-1]) + 1e5))
    return log.demands.arrived_min - real


@pytest.mark.parametrize(("crews", "rho"), [(1, 0.5), (3, 0.7), (5, 0.8)])
def test_one_kind_with_exponential_work_waits_as_m_m_c(crews, rho):
    service_min = 10.0
    arrivals = rho * crews / service_min
    means = np.array([waiting_min(crews, arrivals, service_min, 2500, seed)[300:].mean() for seed in range(14)])
    expected = erlang_c_wait_min(arrivals, 1.0 / service_min, crews)
    half_width = 3.0 * means.std(ddof=1) / math.sqrt(len(means))
    assert abs(means.mean() - expected) < half_width
    assert half_width < 0.35 * expected


def test_as_many_crews_as_demands_never_wait():
    assert waiting_min(50, 2.0, 10.0, 50, 1).max() == 0.0
