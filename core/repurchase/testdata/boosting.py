#!/usr/bin/env python3
"""Gradient boosting on an earlier window, a peer for the customers: boosting.py ORDERS CUTOFF DAYS OUT

Learns from the customers known DAYS before CUTOFF (at most half the history) and what they bought
since, and applies that at CUTOFF; a shorter window is stretched at a constant rate. Needs scikit-learn and numpy.
"""
import csv, sys
from collections import defaultdict
from datetime import date
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

orders, cutoff, days, out = sys.argv[1], date.fromisoformat(sys.argv[2]).toordinal(), int(sys.argv[3]), sys.argv[4]
by = defaultdict(lambda: defaultdict(float))
units = defaultdict(float)
lines = defaultdict(int)
for r in csv.DictReader(open(orders, newline="")):
    d, c = date.fromisoformat(r["date"][:10]).toordinal(), r["customer_id"]
    q = float(r.get("quantity") or 1)
    by[c][d] += float(r["value"]) if r.get("value") else q * float(r.get("price") or 0)
    units[c, d] += q
    lines[c, d] += 1


def scene(day):
    who, x = [], []
    for c, v in by.items():
        ds = sorted(d for d in v if d <= day)
        if not ds:
            continue
        gaps = np.diff(ds) if len(ds) > 1 else [np.nan]
        who.append(c)
        x.append([len(ds), day - ds[-1], day - ds[0], ds[-1] - ds[0], len(ds) / (day - ds[0] + 30), np.mean(gaps), np.std(gaps), gaps[-1]]
                 + [sum(d > day - w for d in ds) for w in (14, 30, 60, 90, 180)]
                 + [np.mean([v[d] for d in ds]), v[ds[-1]], np.mean([units[c, d] for d in ds]), np.mean([lines[c, d] for d in ds])])
    return who, np.array(x)


def target(who, day):
    return np.array([sum(day < d <= day + w for d in by[c]) for c in who])


w = min(days, (cutoff - min(min(v) for v in by.values())) // 2)
past, ratio = cutoff - w, days / w
who, x = scene(past)
y = target(who, past)
args = dict(learning_rate=0.05, max_iter=300, max_leaf_nodes=8, min_samples_leaf=40, l2_regularization=1.0, early_stopping=True, validation_fraction=0.2, n_iter_no_change=20, random_state=1)
chance = HistGradientBoostingClassifier(**args).fit(x, y > 0)
number = HistGradientBoostingRegressor(loss="absolute_error", **args).fit(x, y)
who, x = scene(cutoff)
table = csv.writer(open(out, "w", newline=""), lineterminator="\n")
table.writerow(["customer_id", "expected", "p_active"])
for c, e, p in zip(who, number.predict(x), chance.predict_proba(x)[:, 1]):
    table.writerow([c, f"{max(0, e) * ratio:.5f}", f"{1 - (1 - p) ** ratio:.5f}"])
