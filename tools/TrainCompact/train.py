"""Trains the student. What it sees: pictures on their way through style transfer, driven by the student itself, so that it learns
where an optimiser takes it. What it is held to: the teacher's features and Gram matrices through linear maps, and the teacher's
changes of Gram matrices between a style and the pictures on their way to it.

    python3 train.py TEACHER CACHE START.pt FOLDER MINUTES [--rate 2.5e-4]

Goes on from FOLDER/last.pt where it exists; writes it every two minutes. Every step sees new styles, contents and places on the way:
a student that looks at a few scenes again and again learns those by heart."""
import argparse
import math
import os
import time

import torch
import torch.multiprocessing as mp

from data import Crops, coloured_noise
from networks import CONTENT, STYLE, TAPS, Student, Teacher, gram, rows
from optimizer import RotatedAdam, moments

POSITIONS = 128  # of each layer that the feature loss looks at
SIZES = ((128, 3), (192, 2), (256, 1))  # the side of a scene's pictures and their number


def energy(x):
    return x.flatten(1).pow(2).sum(1)


class Statement:
    """What the teacher says of pictures: Gram matrices, and features at some positions."""

    def __init__(self, teacher, x, generator):
        with torch.no_grad():
            found = teacher.features(x)
            self.grams = {l: gram(found[l]) for l in STYLE}
            self.places, self.features = {}, {}
            for l in TAPS:
                r = rows(found[l])
                self.places[l] = torch.randperm(r.shape[1], generator=generator)[:2 * POSITIONS if l == CONTENT else POSITIONS]
                self.features[l] = r[:, self.places[l]].clone()
            self.content = rows(found[CONTENT])


def losses(student, found, grams, said, parts):
    """Features and Gram matrices of some pictures against what was said of them."""
    total = 0
    for l in TAPS:
        t, r = said.features[l], rows(found[l])[:, said.places[l]]
        relative = (t - student.mapped(l, r)).pow(2).sum() / t.pow(2).sum()
        parts["f " + l] = relative.detach()
        total = total + relative
    return total + 2 * gram_loss(student, grams, said.grams, {l: energy(said.grams[l]) for l in STYLE}, parts, "G ")


def gram_loss(student, found, wanted, energies, parts, name, weights={}):
    total = 0
    for l in STYLE:
        error = energy(wanted[l] - student.mapped_gram(l, found[l]))
        floor = 0.05 * energies[l].mean()
        relative = (error / (energies[l] + floor)).mean()
        parts[name + l] = relative.detach()
        total = total + weights.get(l, 1) * relative
    return total


class Scene:
    """Some pictures on their way, each from a content to a style and with weights of its own."""

    def __init__(self, crops, side, count):
        random = crops.random
        styles, contents, x = [], [], []
        for n in range(count):
            styles.append(crops.raw(side, ("painted",) if random.random() < 0.6 else ("picture",)))
            content = crops.raw(side, ("picture",) if random.random() < 0.8 else ("picture", "painted"))
            start = content if random.random() < 0.75 else 128 + coloured_noise(random, side) * random.uniform(10, 60)
            if random.random() < 0.4:
                start = start + coloured_noise(random, side) * random.uniform(2, 30)
            contents.append(content)
            x.append(start)
        self.style, self.content, self.x = torch.stack(styles), torch.stack(contents), torch.stack(x).clamp(0, 255)
        self.weights = torch.tensor(random.lognormal(0, 0.7, (count, len(STYLE))), dtype=torch.float32)
        self.weights = 30 * self.weights / self.weights.sum(1, keepdim=True)
        self.content_weight = torch.tensor(random.lognormal(0, 0.8, count), dtype=torch.float32)
        self.rate = torch.tensor(random.uniform(2, 10, count), dtype=torch.float32)[:, None, None, None]
        self.m, self.v, self.age = torch.zeros_like(self.x), torch.zeros(count, 1, 1, 1), 0
        self.life = int(random.integers(40, 240))
        self.said = self.style_said = None

    @torch.no_grad()
    def move(self, student, steps):
        """Steps of Adam (one second moment a picture) down the student's style transfer loss."""
        style_found = student.features(self.style, STYLE)
        style_grams = {l: gram(style_found[l]) for l in STYLE}
        content = student.features(self.content, (CONTENT,))[CONTENT]
        kernels = {l: student.kernel(l) for l in TAPS}
        bottom = (rows(content) @ kernels[CONTENT] * rows(content)).flatten(1).sum(1)
        for _ in range(steps):
            tape, gradients = [], {}
            found = student.features(self.x, tape=tape)
            for n, l in enumerate(STYLE):
                k = kernels[l]
                change = k @ (gram(found[l]) - style_grams[l]) @ k
                target = k @ style_grams[l]
                scale = 4 * self.weights[:, n] / (target * target.transpose(1, 2)).flatten(1).sum(1)
                r = rows(found[l])
                g = (r @ change) * (scale / r.shape[1])[:, None, None]
                gradients[l] = g.transpose(1, 2).unflatten(2, found[l].shape[2:])
            d = found[CONTENT] - content
            g = (rows(d) @ kernels[CONTENT]) * (2 * self.content_weight / bottom)[:, None, None]
            gradients[CONTENT] = g.transpose(1, 2).unflatten(2, d.shape[2:])
            g = student.pullback(tape, gradients)
            self.age += 1
            self.m = 0.9 * self.m + 0.1 * g
            self.v = 0.97 * self.v + 0.03 * g.pow(2).mean((1, 2, 3), keepdim=True)
            step = (self.m / (1 - 0.9 ** self.age)) / ((self.v / (1 - 0.97 ** self.age)).sqrt() + 1e-12)
            self.x = (self.x - self.rate / (1 + self.age / 40) * step).clamp(0, 255)


@torch.no_grad()
def check(student, held):
    """Feature and Gram losses on pictures set aside."""
    sums = {}
    for x, said in held:
        found, parts = student.features(x), {}
        losses(student, found, {l: gram(found[l]) for l in STYLE}, said, parts)
        for k, v in parts.items():
            sums[k] = sums.get(k, 0) + float(v) / len(held)
    return ", ".join("%s %.4f" % (k.replace("conv", ""), v) for k, v in sorted(sums.items()))


def main():
    parser = argparse.ArgumentParser()
    for name in ("teacher", "cache", "start", "folder"):
        parser.add_argument(name)
    parser.add_argument("minutes", type=float)
    parser.add_argument("--rate", type=float, default=2.5e-4)
    parser.add_argument("--last-rate", type=float, default=2e-5)
    parser.add_argument("--scenes", type=int, default=24)
    parser.add_argument("--moves", type=int, default=8, help="steps of style transfer between two looks at a scene, on average")
    parser.add_argument("--together", type=int, default=3, help="scenes that one step of the optimiser looks at")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--deep", type=float, default=4, help="weight of the last layer among the changes")
    parser.add_argument("--workers", type=int, default=2)
    o = parser.parse_args()
    os.makedirs(o.folder, exist_ok=True)
    last = os.path.join(o.folder, "last.pt")
    resumed = os.path.exists(last)
    saved = torch.load(last if resumed else o.start)
    student = Student()
    student.load_state_dict(saved["student"])
    torch.set_num_threads(1)
    crops = Crops(o.cache, o.seed + int(saved.get("steps", 0)))
    found = moments(student, [crops.augmented(4, 128) for _ in range(32)])
    student.share_memory()
    others = [mp.Process(target=work, args=(o, n, student, saved, resumed, last, found), daemon=True) for n in range(1, o.workers)]
    for p in others:
        p.start()
    work(o, 0, student, saved, resumed, last, found)
    for p in others:
        p.join()


def work(o, number, student, saved, resumed, last, found):
    """One worker: it takes steps of its own on the weights that all share."""
    torch.set_num_threads(1)
    seed = o.seed + 1000 * number + int(saved.get("steps", 0))
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    teacher, crops = Teacher(o.teacher, scales=saved["scales"]), Crops(o.cache, seed)
    average = Student()
    average.load_state_dict(saved.get("average", saved["student"]))
    optimizer = RotatedAdam(student, found)
    steps = saved.get("steps", 0) if resumed else 0
    before = saved.get("seconds", 0.0) if resumed else 0.0
    scenes = [None] * o.scenes
    if number == 0:
        fixed = Crops(o.cache, 99)
        held = []
        for _ in range(3):
            x = fixed.augmented(8, 128)
            held.append((x, Statement(teacher, x, torch.Generator().manual_seed(9))))
    weights = list(student.parameters())
    gathered = [torch.zeros_like(w) for w in weights]
    begin = logged = time.time()
    stored = begin - 100
    sums, counted, used, turn = {}, 0, time.process_time(), 0
    while True:
        elapsed = before + time.time() - begin
        part = min(1.0, elapsed / (60 * o.minutes))
        rate = o.last_rate + (o.rate - o.last_rate) * 0.5 * (1 + math.cos(math.pi * part))
        n = turn % o.scenes
        turn += 1
        scene = scenes[n]
        if scene is None or scene.age >= scene.life:
            side, count = SIZES[crops.random.choice(3, p=(0.6, 0.3, 0.1))]
            scene = scenes[n] = Scene(crops, side, count)
            said = Statement(teacher, scene.style, generator)
            scene.style_said = said
        if scene.age or crops.random.random() < 0.8:
            scene.move(student, int(crops.random.integers(2, 2 * o.moves)))
        scene.said = Statement(teacher, scene.x, generator)
        parts = {}
        x = torch.cat([scene.x, scene.style])
        together = student.features(x)
        all_grams = {l: gram(together[l]) for l in STYLE}
        k = len(scene.x)
        mine, style = {l: f[:k] for l, f in together.items()}, {l: f[k:] for l, f in together.items()}
        grams, style_grams = {l: g[:k] for l, g in all_grams.items()}, {l: g[k:] for l, g in all_grams.items()}
        changes = {l: scene.said.grams[l] - scene.style_said.grams[l] for l in STYLE}
        energies = {l: energy(scene.style_said.grams[l]) + energy(changes[l]) for l in STYLE}  # near the style its own, far from it the change's
        loss = losses(student, mine, grams, scene.said, parts) + 0.3 * losses(student, style, style_grams, scene.style_said, {})
        loss = loss + 4 * gram_loss(student, {l: grams[l] - style_grams[l] for l in STYLE},
                                    changes, energies, parts, "D ", {"conv3_1": 1.5, "conv4_1": 2, "conv5_1": o.deep})
        own = torch.autograd.grad(loss, weights)
        norm = torch.sqrt(sum(g.pow(2).sum() for g in own))
        if torch.isfinite(norm):
            for g, sum_of in zip(own, gathered):
                sum_of += g * (20 / norm.clamp(min=20))  # no scene outweighs the others
        steps += 1
        if steps % o.together == 0:
            for w, g in zip(weights, gathered):
                w.grad = g.clone()
                g.zero_()
            optimizer.step(rate * min(1.0, optimizer.count / 25))
            decay = min(0.995, (optimizer.count + 1) / (optimizer.count + 20))
            for a, b in zip(average.parameters(), student.parameters()):
                a.data.lerp_(b.data, 1 - decay)
        parts["loss"], parts["norm"] = loss.detach(), norm
        for k, v in parts.items():
            sums.setdefault(k, []).append(float(v))
        counted += 1
        now = time.time()
        if number == 0 and now - logged > 60:
            print("step %d, %.1f min, %.2f s a step (%.2f of the processor), rate %.1e: %s" % (
                steps, elapsed / 60, (now - logged) / counted, (time.process_time() - used) / counted, rate,
                ", ".join("%s %.4f" % (k.replace("conv", ""), sum(v) / len(v)) for k, v in sorted(sums.items()))), flush=True)
            sums, counted, logged, used = {}, 0, now, time.process_time()
        if number == 0 and (now - stored > 120 or part >= 1):
            for name, network in (("now", student), ("average", average)):
                print("  check, %s: %s" % (name, check(network, held)), flush=True)
            torch.save({"student": student.state_dict(), "average": average.state_dict(), "scales": saved["scales"], "steps": steps, "seconds": elapsed}, last + ".new")
            os.replace(last + ".new", last)
            stored = now
        if part >= 1:
            break


if __name__ == "__main__":
    main()
