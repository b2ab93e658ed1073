"""Exact retrieval: all scores of a batch of users by one matrix product, then top-k."""
import torch

from variants import fastest


class Retrieval:
    def __init__(self, request, array):
        self.k = request["k"]
        self.users = array(request["users"]).reshape(request["batch"], -1)
        items = torch.from_file(request["itemsFile"], shared=False, size=request["items"] * request["dimensions"])
        # A copy: what is measured reads memory, not a mapped file.
        self.items = items.reshape(request["items"], -1).clone()
        self.outputs = self.whole().values.flatten()
        self.eager = self.whole
        self.variant, self.step = fastest(self.variants(), request["budget"])

    def variants(self):
        return {"one product": self.whole, "blocks of 8,192 items": lambda: self.blocks(8192)}

    def whole(self):
        with torch.inference_mode():
            return torch.topk(self.users @ self.items.t(), self.k, dim=1)

    def blocks(self, size):
        """Scores that stay in the cache, the best of each block, then the best of these."""
        with torch.inference_mode():
            parts = [torch.topk(self.users @ block.t(), min(self.k, len(block)), dim=1)
                     for block in self.items.split(size)]
            best = torch.topk(torch.cat([part.values for part in parts], dim=1), self.k, dim=1)
            indices = torch.cat([part.indices + at * size for at, part in enumerate(parts)], dim=1)
            return best.values, indices.gather(1, best.indices)
