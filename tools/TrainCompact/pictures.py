"""The pictures that the network is trained on: photographs, paintings and textures from folders, and styles painted here.

    python3 pictures.py FOLDER CACHE

decodes the pictures below FOLDER once (each folder directly below it is one source, of which at most MOST are taken) and paints a set
of styles over them (brush strokes, mosaics, hatching, dots, noise). CACHE becomes one .npy file of bytes with a .json index beside it."""
import hashlib
import json
import os
import re
import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Image.MAX_IMAGE_PIXELS = None
MOST = 450
SIDE = 768  # the longer side that a picture is kept at
LEAST = 200
PAINTED = 360
PAINTED_SIDE = 640
# Maps that only look like pictures to a renderer.
NO_PICTURE = re.compile(r"screenshot|normal|_nm?[._]|_nrm|_local|spec|gloss|mask|height|bump|_s\.|_g\.|lightmap|alpha|font|icon|cursor|button|atlas|/docs?/", re.I)


def files(folder):
    seen, random = set(), np.random.default_rng(5)
    for source in sorted(os.listdir(folder)):
        found = []
        for root, _, names in sorted(os.walk(os.path.join(folder, source))):
            for name in sorted(names):
                path = os.path.join(root, name)
                if os.path.islink(path) or NO_PICTURE.search(path) or os.path.splitext(name)[1].lower() not in (".jpg", ".jpeg", ".png", ".webp", ".tga"):
                    continue
                if os.path.getsize(path) > 40 << 10:
                    found.append(path)
        random.shuffle(found)
        taken = 0
        for path in found:
            with open(path, "rb") as f:
                digest = hashlib.sha256(f.read()).digest()
            if digest not in seen and taken < MOST:
                seen.add(digest)
                taken += 1
                yield path


def open_picture(path):
    """The picture at its kept size; None if it is too small, too plain or no picture."""
    try:
        image = Image.open(path)
        image.draft("RGB", (SIDE, SIDE))
        if image.mode in ("RGBA", "LA", "P"):
            image = image.convert("RGBA")
            box = image.getchannel("A").point(lambda v: 255 if v > 20 else 0).getbbox()
            if box is None:
                return None
            image = image.crop(box)
            tone = int(hashlib.sha256(path.encode()).hexdigest()[:6], 16)
            ground = (tone & 255, tone >> 8 & 255, tone >> 16 & 255, 255)
            image = Image.alpha_composite(Image.new("RGBA", image.size, ground), image)
        image = image.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        return None
    if min(image.size) < LEAST:
        return None
    if max(image.size) > SIDE:
        scale = max(SIDE / max(image.size), 260 / min(image.size))
        if scale < 1:
            image = image.resize((round(image.width * scale), round(image.height * scale)), Image.LANCZOS)
    small = np.asarray(image.resize((96, 96), Image.BILINEAR), np.float32)
    if small.std((0, 1)).max() < 12 or np.abs(np.diff(small.mean(2), axis=1)).mean() < 1.5:
        return None
    return np.asarray(image, np.uint8)


def cover(image, side):
    scale = side / min(image.size)
    image = image.resize((max(side, round(image.width * scale)), max(side, round(image.height * scale))), Image.LANCZOS)
    return image.crop((0, 0, side, side))


def noise(random, side, octaves):
    total = np.zeros((side, side), np.float32)
    for octave in range(octaves):
        cells = 3 << octave
        grid = Image.fromarray(random.normal(size=(cells, cells)).astype(np.float32))
        total += np.asarray(grid.resize((side, side), Image.BICUBIC)) / (1.6 ** octave)
    total -= total.min()
    return total / max(total.max(), 1e-6)


def palette(random, values):
    stops = random.integers(0, 256, (random.integers(3, 7), 3)).astype(np.float32)
    at = values * (len(stops) - 1)
    low = np.minimum(at.astype(int), len(stops) - 2)
    part = (at - low)[..., None]
    return stops[low] * (1 - part) + stops[low + 1] * part


def strokes(random, source, side):
    """Brush strokes along a flow field, in the source's colours."""
    colors = np.asarray(source)
    angle = noise(random, side, int(random.integers(2, 5))) * random.uniform(2, 14)
    canvas = Image.fromarray(np.uint8(colors.mean((0, 1), keepdims=True).repeat(side, 0).repeat(side, 1)))
    draw = ImageDraw.Draw(canvas)
    size = random.uniform(0.5, 2.0)
    jitter = random.uniform(4, 45)
    for width, count in ((14, 1500), (8, 4000), (4, 9000)):
        width = max(1, int(width * size))
        for _ in range(int(count / size)):
            x, y = random.uniform(0, side, 2)
            color = colors[int(y), int(x)] + random.normal(size=3) * jitter * 0.4 + random.normal() * jitter
            points = [(x, y)]
            for _ in range(4):
                a = angle[min(side - 1, max(0, int(y))), min(side - 1, max(0, int(x)))]
                x += np.cos(a) * width * 1.3
                y += np.sin(a) * width * 1.3
                points.append((x, y))
            draw.line(points, tuple(np.clip(color, 0, 255).astype(int)), width)
    return canvas


def mosaic(random, source, side):
    """Cells around random points with dark or light joints, in the source's colours."""
    count = int(random.integers(60, 500))
    points = random.uniform(0, side, (count, 2)).astype(np.float32)
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).astype(np.float32)
    first = np.full((side, side), 1e9, np.float32)
    second = first.copy()
    owner = np.zeros((side, side), int)
    power = random.choice([1, 2])
    for i, p in enumerate(points):
        d = np.abs(grid - p)
        d = d.sum(-1) if power == 1 else np.sqrt((d * d).sum(-1))
        closer = d < first
        second = np.where(closer, first, np.minimum(second, d))
        owner = np.where(closer, i, owner)
        first = np.where(closer, d, first)
    at = np.clip(points.astype(int), 0, side - 1)
    colors = np.asarray(source)[at[:, 1], at[:, 0]] + random.normal(size=(count, 3)) * 20
    joint = np.clip((second - first) / random.uniform(2, 6), 0, 1)[..., None]
    grout = random.choice([15.0, 60.0, 225.0])
    return Image.fromarray(np.uint8(np.clip(colors[owner] * joint + grout * (1 - joint), 0, 255)))


def hatching(random, source, side):
    """Ink lines that swell with darkness."""
    luminance = np.asarray(source.convert("L").filter(ImageFilter.GaussianBlur(2)), np.float32) / 255
    yy, xx = np.mgrid[0:side, 0:side].astype(np.float32)
    warp = noise(random, side, 3) * random.uniform(0, 60)
    page = np.ones((side, side), np.float32)
    for level in range(int(random.integers(1, 4))):
        a = random.uniform(0, np.pi)
        period = random.uniform(5, 14)
        wave = 0.5 + 0.5 * np.sin((xx * np.cos(a) + yy * np.sin(a) + warp) * 2 * np.pi / period)
        page = np.minimum(page, np.clip((wave - (1 - luminance) * random.uniform(0.8, 1.4) + 0.25 * level) * 5, 0, 1))
    ink, paper = random.uniform(0, 90, 3), random.uniform(180, 255, 3)
    return Image.fromarray(np.uint8(np.clip(page[..., None] * paper + (1 - page[..., None]) * ink + random.normal(size=(side, side, 1)) * 6, 0, 255)))


def dots(random, source, side):
    """Overlapping discs of a few sizes, pointillist."""
    colors = np.asarray(source)
    canvas = Image.fromarray(np.uint8(np.full((side, side, 3), random.integers(0, 256, 3))))
    draw = ImageDraw.Draw(canvas)
    radius = random.uniform(2, 9)
    for _ in range(int(2.2 * side * side / (radius * radius * 3))):
        x, y = random.uniform(0, side, 2)
        r = radius * random.uniform(0.5, 1.2)
        color = np.clip(colors[int(y), int(x)] + random.normal(size=3) * 30, 0, 255).astype(int)
        draw.ellipse((x - r, y - r, x + r, y + r), tuple(color))
    return canvas


def clouds(random, source, side):
    """Noise through a random palette, smooth or with steps or veins."""
    values = noise(random, side, int(random.integers(3, 8)))
    kind = random.integers(3)
    if kind == 1:
        values = np.abs(np.sin(values * random.uniform(5, 40)))
    elif kind == 2:
        values = np.round(values * 9) / 9
    picture = palette(random, values)
    return Image.fromarray(np.uint8(np.clip(picture + random.normal(size=(side, side, 1)) * random.uniform(0, 18), 0, 255)))


PAINTERS = (strokes, strokes, mosaic, hatching, dots, clouds)


def paint(job):
    number, source = job
    random = np.random.default_rng([1, number])
    return np.asarray(PAINTERS[number % len(PAINTERS)](random, cover(Image.fromarray(source), PAINTED_SIDE), PAINTED_SIDE), np.uint8)


def main(folder, cache):
    random = np.random.default_rng(1)
    index, blocks, offset = [], [], 0

    def add(block, kind):
        nonlocal offset
        index.append({"offset": offset, "height": block.shape[0], "width": block.shape[1], "kind": kind})
        blocks.append(block.reshape(-1))
        offset += block.size

    with ProcessPoolExecutor(2) as pool:
        sources = [p for p in pool.map(open_picture, files(folder), chunksize=8) if p is not None]
        for picture in sources:
            add(picture, "picture")
        print(len(sources), "pictures", flush=True)
        for painted in pool.map(paint, [(n, sources[random.integers(len(sources))]) for n in range(PAINTED)]):
            add(painted, "painted")
    np.save(cache + ".npy", np.concatenate(blocks))
    with open(cache + ".json", "w") as f:
        json.dump(index, f)
    print(len(index), "blocks,", offset >> 20, "MiB")


if __name__ == "__main__":
    main(*sys.argv[1:])
