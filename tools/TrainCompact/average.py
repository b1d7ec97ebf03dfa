"""Between two checkpoints of the same family, the one that is best on pictures set aside.

    python3 average.py TEACHER CACHE FIRST.pt SECOND.pt OUT.pt

The ends of two runs that went on from one another lie on different sides of one valley, and each fits its own groups; what lies
between is better than both (Izmailov et al. 2018, "Averaging weights leads to wider optima and better generalization")."""
import sys

import torch

from networks import Student, Teacher
from train import DEEP, check, set_aside, show

PARTS = (0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)


def main(teacher, cache, first, second, out):
    torch.set_num_threads(1)
    ends = [torch.load(path) for path in (first, second)]
    if ends[0]["scales"] != ends[1]["scales"]:
        sys.exit("%s and %s divide the teacher's features by different scales: they don't come from one start and can't be mixed" % (first, second))
    a, b = [end.get("average", end["student"]) for end in ends]
    held, student, best = set_aside(Teacher(teacher, scales=ends[1]["scales"]), cache), Student(), None
    for part in PARTS:
        mixed = {k: a[k].lerp(b[k], part) for k in a}
        student.load_state_dict(mixed)
        found = check(student, held, DEEP)
        print("%.2f of the second: %s" % (part, show(found)), flush=True)
        if best is None or found["loss"] < best[0]:
            best = found["loss"], part, mixed
    torch.save({"student": best[2], "scales": ends[1]["scales"]}, out)
    print("written: %.2f of the second" % best[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
