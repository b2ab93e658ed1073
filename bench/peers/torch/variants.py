"""The fastest of several ways to do the same work is the peer."""
import time


def seconds(step, budget):
    """Seconds per step, the best of a few short runs after a warm-up."""
    for _ in range(3):
        step()
    count, best, ends = 1, float("inf"), time.perf_counter() + budget
    while time.perf_counter() < ends:
        started = time.perf_counter()
        for _ in range(count):
            step()
        took = time.perf_counter() - started
        best = min(best, took / count)
        if took < budget / 20:
            count *= 2
    return best


def fastest(variants, budget):
    """(name, step) of the least time; each variant is tried for so many seconds."""
    return min(variants.items(), key=lambda variant: seconds(variant[1], budget))
