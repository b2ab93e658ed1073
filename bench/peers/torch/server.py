"""PyTorch beside ours: one JSON request per line on standard input, one JSON answer per line on standard output.

The benchmark keeps this process alive and measures both sides in turns. Each case is set up once with the very weights
and inputs of ours (base64 of little-endian float32) and answers with its results, so that the benchmark can see that
both compute the same; 'run' then repeats the work and tells the seconds it took, either as everybody would write it
('eager') or in the fastest way found. One thread.
"""
import base64
import ctypes
import json
import sys
import time

import torch

from networks import Forward, Training
from retrieval import Retrieval

CASES = {"forward": Forward, "training": Training, "retrieval": Retrieval}


def blas():
    """Which library answers PyTorch's matrix products, asked of the loaded process itself."""
    torch.randn(8, 8) @ torch.randn(8, 8)
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {line.split()[-1] for line in maps if "blas" in line and ".so" in line}
    for path in sorted(paths):
        library = ctypes.CDLL(path)
        if hasattr(library, "openblas_get_config"):
            library.openblas_get_config.restype = ctypes.c_char_p
            library.openblas_get_corename.restype = ctypes.c_char_p
            words = library.openblas_get_config().decode().split()
            return {"openBlas": True, "name": f"{' '.join(words[:2])} {library.openblas_get_corename().decode()}"}
    return {"openBlas": False, "name": ", ".join(sorted(path.rsplit("/", 1)[-1] for path in paths)) or "none found"}


def array(text):
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32)


def text(values):
    return base64.b64encode(values.detach().contiguous().float().numpy().tobytes()).decode()


def run(step, bursts, iterations):
    """Seconds of the fastest burst, the same measure as ours: what other programs take from the core is not counted."""
    best = float("inf")
    for _ in range(bursts):
        started = time.perf_counter()
        for _ in range(iterations):
            step()
        best = min(best, time.perf_counter() - started)
    return best


def answer(request, cases):
    op = request["op"]
    if op == "hello":
        return {"version": torch.__version__, "threads": torch.get_num_threads(), "blas": blas()}
    if op == "set":
        case = CASES[request["kind"]](request, array)
        cases[request["case"]] = case
        return {"variant": case.variant, "outputs": text(case.outputs)}
    if op == "run":
        case = cases[request["case"]]
        step = case.eager if request["eager"] else case.step
        return {"seconds": run(step, request["bursts"], request["iterations"])}
    if op == "drop":
        cases.pop(request["case"], None)
        return {}
    raise ValueError(f"unknown op '{op}'; expected hello, set, run or drop")


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    cases = {}
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), cases)), flush=True)


if __name__ == "__main__":
    main()
