#!/usr/bin/env python3
"""How well due dates can be told at all: duedates.py ORDERS.csv.gz CUTOFF DAYS

For pairs bought on two or more days and again in the window, mean error in days of: one constant for all, known
afterwards; one for each customer, known afterwards; and the median wait of purchases at random when the rate of every
pair is known exactly. The rates are drawn as a zero-truncated NBD of the repeat purchases leaves them open; purchases
are drawn from them. Needs numpy and scipy.
"""
import csv, gzip, sys
from collections import defaultdict
from datetime import date
import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

cutoff, days = date.fromisoformat(sys.argv[2]).toordinal(), int(sys.argv[3])
bought, wait = defaultdict(set), {}
for r in csv.DictReader(gzip.open(sys.argv[1], "rt", newline="")):
    k, d = (r["customer_id"], r["product_id"]), date.fromisoformat(r["date"]).toordinal()
    if d <= cutoff:
        bought[k].add(d)
    elif d <= cutoff + days:
        wait[k] = min(wait.get(k, days), d - cutoff)
pairs = [k for k, v in bought.items() if len(v) > 1]
again = [k for k in pairs if k in wait]
y = np.array([wait[k] for k in again])
own = defaultdict(list)
for k, v in zip(again, y):
    own[k[0]].append(v)
n = np.array([len(bought[k]) - 1 for k in pairs])
t = np.array([max(1, cutoff - min(bought[k])) for k in pairs], float)


def loss(p):
    r, a = np.exp(np.clip(p, -6, 9))
    none = r * np.log(a / (a + t))
    return -(gammaln(r + n) - gammaln(r) - gammaln(n + 1) + none + n * np.log(t / (a + t)) - np.log(-np.expm1(none))).sum()


r, a = np.exp(np.clip(minimize(loss, [0, 4], method="Nelder-Mead").x, -6, 9))
draw, off, weight = np.random.default_rng(1), 0.0, 0.0
for _ in range(20):
    rate = draw.gamma(r + n) / (a + t)
    within = -np.expm1(-rate * days)  # chance of a purchase in the window
    came = np.ceil(-np.log1p(-draw.random(len(rate)) * within) / rate)
    off += (within * np.abs(came + np.log1p(-within / 2) / rate - 0.5)).sum()
    weight += within.sum()
print(f"{len(pairs)} pairs, {len(y)} bought again ({weight / 20:.0f} expected)")
print(f"a constant {np.abs(y - np.median(y)).mean():.1f}, one for each customer {np.mean([abs(v - np.median(l)) for l in own.values() for v in l]):.1f}, at random with known rates {off / weight:.1f}")
