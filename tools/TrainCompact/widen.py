"""A trained student under a new last layer, as wide as the teacher's and fitted by least squares: for students trained with a narrower one.

    python3 widen.py TEACHER CACHE TRAINED.pt OUT.pt"""
import sys

import torch
import torch.nn.functional as F

from data import Crops
from initialise import rectified
from networks import LAYERS, Student, Teacher, rows

LAST = LAYERS[-1]


@torch.no_grad()
def main(teacher_path, cache, source, out, side=128):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    saved = torch.load(source)
    student, trained = Student(), saved.get("average", saved["student"])
    state = student.state_dict()
    state.update({k: v for k, v in trained.items() if k in state and state[k].shape == v.shape})
    student.load_state_dict(state)
    teacher, crops = Teacher(teacher_path, scales=saved["scales"]), Crops(cache, 5)
    below, wanted = [], []
    for _ in range(110):
        x = crops.augmented(6, side)
        wanted.append(rows(teacher.features(x, (LAST,))[LAST]).flatten(0, 1))
        s = F.max_pool2d(student.features(x, ("conv4_4",))["conv4_4"], 2)
        c = F.unfold(s.contiguous(), 3, padding=1).transpose(1, 2).flatten(0, 1)
        below.append(torch.cat([c, torch.ones(len(c), 1)], 1))
    below, wanted = torch.cat(below), torch.cat(wanted)
    test = len(below) // 10
    rms = wanted.pow(2).mean(0).sqrt()
    solution = rectified(below[test:], wanted[test:] / rms, 14)
    for name, part in (("fitted", slice(test, None)), ("set aside", slice(test))):
        error = (below[part] @ solution).relu() * rms - wanted[part]
        print("%s: %.4f left unexplained" % (name, float(error.pow(2).sum() / wanted[part].pow(2).sum())))
    conv = student.convs[LAST]
    conv.weight.data = solution[:-1].t().reshape(conv.weight.shape).contiguous(memory_format=torch.channels_last)
    conv.bias.data = solution[-1].clone()
    getattr(student, "scale_" + LAST).data = rms.clone()
    torch.save({"student": student.state_dict(), "scales": saved["scales"]}, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
