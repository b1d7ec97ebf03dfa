"""Makes what the student is trained on, group by group, while `train.py` runs: pictures and what the teacher says of them.

    python3 records.py TEACHER CACHE START.pt FOLDER [--seed N] [--keep 1100]

Two fifths of the groups are crops as they are or augmented; the others are pictures on their way through style transfer with the student
that FOLDER/last.pt holds at the time, so that it learns where an optimiser takes it. Groups are files in FOLDER/pool; only the
newest are kept."""
import argparse
import os
import time

import torch

from data import Crops, coloured_noise
from networks import CONTENT, STYLE, Student, Teacher, features, gram
from statement import state

SIZES = ((128, 6), (192, 3), (256, 2))  # the side of a group's pictures and how many styles or contents there are
SHARES = (0.3, 0.4, 0.3)


class Scene:
    """Some pictures on their way, each from a content to a style and with weights of its own."""

    def __init__(self, crops, teacher, side, count):
        random = crops.random
        styles, contents, x = [], [], []
        for _ in range(count):
            styles.append(crops.raw(side, ("painted",) if random.random() < 0.4 else ("picture",)))
            content = crops.raw(side, ("picture",) if random.random() < 0.85 else ("painted",))
            start = content if random.random() < 0.75 else 128 + coloured_noise(random, side) * random.uniform(10, 60)
            if random.random() < 0.3:
                start = start + coloured_noise(random, side) * random.uniform(2, 30)
            contents.append(content)
            x.append(start)
        self.style, self.content, self.x = torch.stack(styles).round(), torch.stack(contents), torch.stack(x).clamp(0, 255)
        self.said = state(teacher, self.style)
        self.weights = torch.tensor(random.lognormal(0, 0.5, (count, len(STYLE))), dtype=torch.float32)
        self.weights = 30 * self.weights / self.weights.sum(1, keepdim=True)
        self.content_weight = torch.tensor(random.lognormal(0, 0.8, count), dtype=torch.float32)
        self.rate = torch.tensor(random.uniform(2, 10, count), dtype=torch.float32)[:, None, None, None]
        self.each_pixel = random.random() < 0.6
        self.exact = random.random() < 0.65  # L-BFGS, which goes farther than Adam, but not with 16 bits
        self.lbfgs = None
        self.m, self.v, self.age = torch.zeros_like(self.x), torch.zeros(count, 1, 1, 1), 0
        self.life = int(random.choice((60, 120, 180)))

    def move(self, student, steps):
        """Steps down the student's style transfer loss: of L-BFGS, or of Adam with one second moment a pixel or one a picture."""
        short = not self.exact
        with torch.no_grad():
            found = features(student, self.style, STYLE, short)
            targets = {l: student.mapped_gram(l, gram(found[l])) for l in STYLE}
            sizes = {l: t.pow(2).sum((1, 2)) for l, t in targets.items()}
            content = student.mapped(CONTENT, features(student, self.content, (CONTENT,), short)[CONTENT].permute(0, 2, 3, 1))
            bottom = content.pow(2).sum((1, 2, 3))

        def loss_at(x):
            found = features(student, x, (*STYLE, CONTENT), short)
            loss = 0
            for n, l in enumerate(STYLE):
                change = student.mapped_gram(l, gram(found[l])) - targets[l]
                loss = loss + (self.weights[:, n] * change.pow(2).sum((1, 2)) / sizes[l]).sum()
            change = student.mapped(CONTENT, found[CONTENT].permute(0, 2, 3, 1)) - content
            return loss + (self.content_weight * change.pow(2).sum((1, 2, 3)) / bottom).sum()

        if self.exact:
            self.age += steps
            self.descend(loss_at, steps)
            return
        for _ in range(steps):
            x = self.x.requires_grad_()
            g, = torch.autograd.grad(loss_at(x), x)
            self.age += 1
            self.m = 0.9 * self.m + 0.1 * g
            squares = g.pow(2)
            self.v = 0.97 * self.v + 0.03 * (squares if self.each_pixel else squares.mean((1, 2, 3), keepdim=True))
            v = self.v / (1 - 0.97 ** self.age)
            if self.each_pixel:
                v = v + 0.1 * v.mean((1, 2, 3), keepdim=True)
            step = (self.m / (1 - 0.9 ** self.age)) / (v.sqrt() + 1e-12)
            self.x = (x.detach() - self.rate / (1 + self.age / 40) * step).clamp(0, 255)


    def descend(self, loss_at, steps):
        """L-BFGS over all pictures of the scene at once."""
        if self.lbfgs is None:
            self.free = self.x.clone().contiguous().requires_grad_()
            self.lbfgs = torch.optim.LBFGS([self.free], history_size=12, tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe")
        self.lbfgs.param_groups[0].update(max_iter=steps, max_eval=steps + 2)

        def evaluate():
            loss = 100 * loss_at(self.free) + 1e-3 * (self.free - self.free.clamp(0, 255)).pow(2).sum()
            self.free.grad = torch.autograd.grad(loss, self.free)[0].contiguous()
            return loss.detach()

        self.lbfgs.step(evaluate)
        if not torch.isfinite(self.free).all():
            self.life = 0
            return
        self.x = self.free.detach().clamp(0, 255)


def group_of_scene(scene, student, teacher, random):
    if scene.age or random.random() < 0.7:
        scene.move(student, int(random.integers(2, 13)) if scene.age < 30 else int(random.integers(8, 20)))
    x = scene.x.round()
    said = state(teacher, x)
    n = len(x)
    return {"x": torch.cat([x, scene.style]).byte(), "said": [said, scene.said], "pairs": [(i, n + i) for i in range(n)], "age": scene.age}


def group_of_crops(crops, teacher, side, count):
    x = (crops.batch(2 * count, side) if crops.random.random() < 0.6 else crops.augmented(2 * count, side)).round()
    return {"x": x.byte(), "said": [state(teacher, x)], "pairs": [(i, (i + 1) % len(x)) for i in range(len(x))], "age": -1}


def main():
    parser = argparse.ArgumentParser()
    for name in ("teacher", "cache", "start", "folder"):
        parser.add_argument(name)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=int, default=1100)
    parser.add_argument("--scenes", type=int, default=8)
    parser.add_argument("--crops", type=float, default=0.4, help="share of groups that are plain crops")
    parser.add_argument("--minutes", type=float, default=1e9)
    o = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(o.seed)
    pool = os.path.join(o.folder, "pool")
    os.makedirs(pool, exist_ok=True)
    last = os.path.join(o.folder, "last.pt")
    teacher, crops = Teacher(o.teacher, scales=torch.load(o.start)["scales"]), Crops(o.cache, o.seed)
    student, loaded = Student(), None
    for p in student.parameters():
        p.requires_grad_(False)
    scenes, made, begin = [None] * o.scenes, 0, time.time()
    while time.time() - begin < 60 * o.minutes:
        path = last if os.path.exists(last) else o.start
        if loaded != (path, os.path.getmtime(path)):
            loaded = path, os.path.getmtime(path)
            student.load_state_dict(torch.load(path)["student"])
        side, count = SIZES[crops.random.choice(3, p=SHARES)]
        if crops.random.random() < o.crops:
            group = group_of_crops(crops, teacher, side, count)
        else:
            n = int(crops.random.integers(o.scenes))
            if scenes[n] is None or scenes[n].age >= scenes[n].life:
                scenes[n] = Scene(crops, teacher, side, count)
            group = group_of_scene(scenes[n], student, teacher, crops.random)
        name = "%d-%012d" % (o.seed, int(1000 * time.time()))
        torch.save(group, os.path.join(o.folder, name + ".part"))
        os.replace(os.path.join(o.folder, name + ".part"), os.path.join(pool, name + ".pt"))
        made += 1
        if made % 50 == 0:
            print("%d groups, %.1f min" % (made, (time.time() - begin) / 60), flush=True)
            for old in sorted(os.listdir(pool), key=lambda n: n.split("-")[1])[:-o.keep]:
                os.remove(os.path.join(pool, old))


if __name__ == "__main__":
    main()
