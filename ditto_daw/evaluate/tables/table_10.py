"""Table 10: optimised latents, used again."""

from ditto_daw.evaluate.base import Block, Entry, Table, Trial, table
from ditto_daw.evaluate.lineup import DITTO
from ditto_daw.evaluate.paper import TABLE_10

COLUMNS = ("loss", "loss_same_prompt", "loss_start", "loss_free")
INFERENCE = {"ddpm": ("DDPM", "ddpm"), "ddpm+freedom": ("DDPM + FreeDoM", "freedom")}


@table("10")
def build() -> Table:
    """One block per feature, one row per way to sample."""
    blocks = []
    for task, paper in TABLE_10.items():
        rows = [
            Entry(label, Trial("reuse", task, method, DITTO.preset), paper[name])
            for name, (label, method) in INFERENCE.items()
        ]
        blocks.append(Block(task.capitalize(), COLUMNS, tuple(rows), INFERENCE["ddpm"][0]))
    return Table("latents used again", tuple(blocks), DIFFERENCES)


DIFFERENCES = (
    "DITTO optimises through the steps of its preset, and as many draw the ten samples of each"
    " latent. Intensity in dB², melody in nats, structure in mean square, as the losses are. Random"
    " prompts change genre and mood; the tempo stays, for the target lies on its grid. Beside them:"
    " the loss that the latent was optimised to, and that of ten other latents drawn the same way."
)
