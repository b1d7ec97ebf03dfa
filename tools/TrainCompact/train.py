"""Trains the student on what `records.py` makes at the same time.

    python3 train.py TEACHER CACHE START.pt FOLDER MINUTES [--rate 3e-4]

Goes on from FOLDER/last.pt where it exists; writes it every minute."""
import argparse
import math
import os
import random as plain
import time

import torch

from data import Crops
from networks import STYLE, TAPS, Student, Teacher, features, gram, rows
from optimizer import RotatedAdam, moments
from statement import grams as said_grams
from statement import state


DEEP = 5  # weight of the last layer among the changes
FEATURES = {"conv1_1": 0.3, "conv2_1": 0.4, "conv3_1": 0.5, "conv4_1": 0.7, "conv4_2": 0.8, "conv5_1": 2}


def energy(x):
    return x.flatten(1).pow(2).sum(1)


def compare(student, group, parts, deep):
    """The loss on a group: features, Gram matrices, and their changes between the pictures of a pair."""
    found = features(student, group["x"].float(), TAPS)
    total = 0
    for l in TAPS:
        r, at, error, size = rows(found[l]), 0, 0, 0
        for said in group["said"]:
            t = said["f " + l].float()
            error = error + (t - student.mapped(l, r[at:at + len(t)][:, said["p " + l]])).pow(2).sum()
            size = size + t.pow(2).sum()
            at += len(t)
        parts["f " + l] = (error / size).detach()
        total = total + FEATURES[l] * error / size
    first, second = torch.tensor(group["pairs"]).t()
    for l in STYLE:
        wanted = torch.cat([said_grams(said, l) for said in group["said"]])
        errors = student.mapped_gram(l, gram(found[l])) - wanted
        sizes = energy(wanted)
        relative = (energy(errors) / (sizes + 0.05 * sizes.mean())).mean()
        change = energy(wanted[first] - wanted[second])
        # Near the style its own size counts, far from it the change's.
        apart = (energy(errors[first] - errors[second]) / (sizes[second] + change + 0.05 * sizes.mean())).mean()
        parts["G " + l], parts["D " + l] = relative.detach(), apart.detach()
        total = total + 2 * relative + {"conv3_1": 5, "conv4_1": 7, "conv5_1": 4 * deep}.get(l, 4) * apart
    return total


def set_aside(teacher, cache):
    """Crops of pictures that are not trained on."""
    crops, held = Crops(cache, 99, held=True), []
    for _ in range(6):
        x = crops.batch(4, 192).round()
        held.append({"x": x, "said": [state(teacher, x, torch.Generator().manual_seed(9))], "pairs": [(i, (i + 1) % 4) for i in range(4)]})
    return held


@torch.no_grad()
def check(student, held, deep):
    sums = {}
    for group in held:
        parts = {}
        parts["loss"] = compare(student, group, parts, deep)
        for k, v in parts.items():
            sums[k] = sums.get(k, 0) + float(v) / len(held)
    return sums


def show(sums):
    return ", ".join("%s %.4f" % (k.replace("conv", ""), v) for k, v in sorted(sums.items()))


def main():
    parser = argparse.ArgumentParser()
    for name in ("teacher", "cache", "start", "folder"):
        parser.add_argument(name)
    parser.add_argument("minutes", type=float)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--last-rate", type=float, default=1.5e-5)
    parser.add_argument("--together", type=int, default=2, help="groups that one step of the optimiser looks at")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--decay", type=float, default=0.9995, help="of the running average of the weights, a step")
    parser.add_argument("--deep", type=float, default=DEEP, help="weight of the last layer among the changes")
    o = parser.parse_args()
    pool = os.path.join(o.folder, "pool")
    os.makedirs(pool, exist_ok=True)
    last = os.path.join(o.folder, "last.pt")
    resumed = os.path.exists(last)
    saved = torch.load(last if resumed else o.start)
    torch.set_num_threads(1)
    torch.manual_seed(o.seed)
    plain.seed(o.seed + saved.get("steps", 0))
    student, average = Student(), Student()
    student.load_state_dict(saved["student"])
    average.load_state_dict(saved.get("average", saved["student"]))
    crops = Crops(o.cache, o.seed)
    optimizer = RotatedAdam(student, moments(student, [crops.augmented(4, 128) for _ in range(48)]))
    held = set_aside(Teacher(o.teacher, scales=saved["scales"]), o.cache)
    while len(os.listdir(pool)) < 8:
        print("waiting for records.py to make groups in", pool, flush=True)
        time.sleep(10)
    weights = list(student.parameters())
    steps, before = saved.get("steps", 0) if resumed else 0, saved.get("seconds", 0.0) if resumed else 0.0
    begin = logged = stored = time.time()
    print("at first:", show(check(average, held, o.deep)), flush=True)
    seen, known, news, sums, counted, listed = set(), [], [], {}, 0, 0
    while True:
        elapsed = before + time.time() - begin
        part = min(1.0, elapsed / (60 * o.minutes))
        rate = o.last_rate + (o.rate - o.last_rate) * 0.5 * (1 + math.cos(math.pi * part))
        for w in weights:
            w.grad = torch.zeros_like(w)
        for _ in range(o.together):
            if time.time() - listed > 2:
                known, listed = os.listdir(pool), time.time()
                news = [n for n in known if n not in seen]
            name = news.pop() if news else plain.choice(known)
            try:
                group = torch.load(os.path.join(pool, name))
            except FileNotFoundError:
                continue
            fresh = "" if name in seen else ("new crops " if group["age"] < 0 else "new scenes ")
            seen.add(name)
            parts = {}
            loss = compare(student, group, parts, o.deep)
            own = torch.autograd.grad(loss, weights)
            norm = torch.sqrt(sum(g.pow(2).sum() for g in own))
            if torch.isfinite(norm):
                for w, g in zip(weights, own):
                    w.grad += g * (20 / norm.clamp(min=20))  # no group outweighs the others
            counted += 1
            parts["loss"], parts["norm"] = loss.detach(), norm
            for k, v in parts.items():
                if not fresh or k in ("D conv5_1", "f conv5_1", "G conv5_1", "D conv4_1"):
                    sums.setdefault(fresh + k, []).append(float(v))
        optimizer.step(rate * min(1.0, optimizer.count / 50))
        steps += 1
        decay = min(o.decay, (optimizer.count + 1) / (optimizer.count + 20))
        with torch.no_grad():
            for a, b in zip(average.parameters(), student.parameters()):
                a.lerp_(b, 1 - decay)
        now = time.time()
        if now - logged > 60 or part >= 1:
            print("step %d, %.1f min, %.2f s a group, %d of them seen, rate %.1e: %s" % (
                steps, elapsed / 60, (now - logged) / max(counted, 1), len(seen), rate, show({k: sum(v) / len(v) for k, v in sums.items()})), flush=True)
            sums, counted, logged = {}, 0, now
            torch.save({"student": student.state_dict(), "average": average.state_dict(), "scales": saved["scales"], "steps": steps, "seconds": elapsed}, last + ".new")
            os.replace(last + ".new", last)
        if now - stored > 240 or part >= 1:
            stored = now
            for name, network in (("now", student), ("average", average)):
                print("  check, %s: %s" % (name, show(check(network, held, o.deep))), flush=True)
        if part >= 1:
            break


if __name__ == "__main__":
    main()
