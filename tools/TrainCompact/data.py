"""Random crops of the cached pictures, with augmentations."""
import json

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

MOST_SCALE = 3.0
HELD = 40


class Crops:
    def __init__(self, cache, seed=0, held=False):
        self.bytes = np.load(cache + ".npy", mmap_mode="r")
        with open(cache + ".json") as f:
            index = json.load(f)
        # Every HELD-th picture is set aside for checks.
        index = [e for n, e in enumerate(index) if (n % HELD == 0) == held]
        self.kinds = {k: [e for e in index if e["kind"] == k] for k in ("picture", "painted")}
        self.random = np.random.default_rng(seed)

    def raw(self, side, kinds=("picture", "painted")):
        while True:
            kind = "painted" if "painted" in kinds and ("picture" not in kinds or self.random.random() < 0.25) else "picture"
            entry = self.kinds[kind][self.random.integers(len(self.kinds[kind]))]
            if min(entry["height"], entry["width"]) >= side:
                break
        h, w = entry["height"], entry["width"]
        picture = self.bytes[entry["offset"]:entry["offset"] + h * w * 3].reshape(h, w, 3)
        span = int(side * np.exp(self.random.uniform(0, np.log(min(MOST_SCALE, min(h, w) / side)))))
        best = None
        for _ in range(3):  # of three places the most detailed
            y, x = self.random.integers(h - span + 1), self.random.integers(w - span + 1)
            crop = picture[y:y + span, x:x + span]
            detail = np.abs(np.diff(crop[::2, ::2].astype(np.float32), axis=0)).mean()
            if best is None or detail > best[0]:
                best = detail, crop
            if detail > 8:
                break
        crop = best[1]
        if span > side:
            crop = np.asarray(Image.fromarray(crop).resize((side, side), Image.LANCZOS))
        crop = crop.astype(np.float32)
        if self.random.random() < 0.5:
            crop = crop[:, ::-1]
        if self.random.random() < 0.15:
            crop = np.rot90(crop)
        if self.random.random() < 0.25:
            crop = crop[:, :, self.random.permutation(3)]
        if self.random.random() < 0.3:
            crop = (crop - 128) * self.random.uniform(0.6, 1.6) + 128 + self.random.normal() * 20
        return torch.from_numpy(np.ascontiguousarray(crop)).permute(2, 0, 1).clamp(0, 255)

    def batch(self, count, side, kinds=("picture", "painted")):
        return torch.stack([self.raw(side, kinds) for _ in range(count)])

    def augmented(self, count, side):
        """Pictures, mixtures, blurred and noisy ones."""
        x = self.batch(count, side)
        for i in range(count):
            kind = self.random.random()
            if kind < 0.15:
                part = self.random.uniform(0.2, 0.8)
                x[i] = part * x[i] + (1 - part) * x[self.random.integers(count)]
            if 0.1 < kind < 0.4:
                x[i] += coloured_noise(self.random, side) * self.random.uniform(3, 45)
            if 0.4 < kind < 0.47:
                x[i] = F.avg_pool2d(x[i:i + 1], 3, 1, 1, count_include_pad=False)[0]
            if kind > 0.97:
                x[i] = 128 + coloured_noise(self.random, side) * self.random.uniform(20, 90)
        return x.clamp(0, 255)


def coloured_noise(random, side):
    """Unit noise, white or smooth, grey or coloured."""
    noise = torch.from_numpy(random.normal(size=(1, 3 if random.random() < 0.7 else 1, side, side)).astype(np.float32))
    for _ in range(random.integers(0, 4)):
        noise = F.avg_pool2d(noise, 3, 1, 1)
    return (noise / noise.std())[0].expand(3, side, side)
