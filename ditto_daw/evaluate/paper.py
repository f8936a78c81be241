"""The paper's own numbers: Novack et al. 2024, "DITTO" (arXiv 2401.12179v2), by table.

Columns are named as in `columns.COLUMNS`, rows as the methods' registry names them. Melody
accuracies are shares; memory is in MiB (the paper: GB, read as 10^9 bytes).
"""

from __future__ import annotations

from collections.abc import Mapping

Numbers = Mapping[str, float]
Rows = Mapping[str, Numbers]

MIB_OF_GB = 1e9 / 2**20


def _fad(**rows: float) -> Rows:
    return {name: {"fad_clap": value} for name, value in rows.items()}


TABLE_1: Mapping[str, Rows] = {
    "outpaint-1": _fad(
        doodl=0.719, naive=0.722, md=0.733, md50=0.718, gg=0.754, freedom=0.726, ditto=0.716
    ),
    "outpaint-2": _fad(
        doodl=0.707, naive=0.716, md=0.716, md50=0.714, gg=0.738, freedom=0.723, ditto=0.703
    ),
    "outpaint-3": _fad(
        doodl=0.700, naive=0.712, md=0.710, md50=0.705, gg=0.719, freedom=0.715, ditto=0.698
    ),
    "loop": _fad(
        doodl=0.750, naive=0.753, md=0.749, md50=0.752, gg=0.774, freedom=0.758, ditto=0.746
    ),
}
"""Outpainting with an overlap of 1, 2 and 3 s, and looping."""

TABLE_2: Mapping[str, Rows] = {
    "inpaint-2": _fad(
        doodl=0.688, naive=0.697, md=0.690, md50=0.701, gg=0.700, freedom=0.704, ditto=0.686
    ),
    "inpaint-3": _fad(
        doodl=0.693, naive=0.705, md=0.694, md50=0.708, gg=0.709, freedom=0.709, ditto=0.688
    ),
    "inpaint-4": _fad(
        doodl=0.696, naive=0.707, md=0.701, md50=0.711, gg=0.717, freedom=0.719, ditto=0.690
    ),
}
"""Inpainting of gaps of 2, 3 and 4 s."""

TABLE_3: Mapping[str, Rows] = {
    "intensity": {
        "plain": {"intensity": 40.843, "fad_clap": 0.707, "clap": 0.373},
        "controlnet": {"intensity": 38.411, "fad_clap": 0.637, "clap": 0.308},
        "freedom": {"intensity": 23.292, "fad_clap": 0.673, "clap": 0.482},
        "doodl": {"intensity": 4.785, "fad_clap": 0.695, "clap": 0.342},
        "ditto": {"intensity": 4.758, "fad_clap": 0.682, "clap": 0.433},
    },
    "melody": {
        "plain": {"melody": 0.10527, "fad_clap": 0.707, "clap": 0.373},
        "controlnet": {"melody": 0.81353, "fad_clap": 0.545, "clap": 0.478},
        "freedom": {"melody": 0.31544, "fad_clap": 0.706, "clap": 0.477},
        "doodl": {"melody": 0.81592, "fad_clap": 0.715, "clap": 0.336},
        "ditto": {"melody": 0.82625, "fad_clap": 0.699, "clap": 0.432},
    },
    "structure": {
        "plain": {"structure": 0.309, "fad_clap": 0.707, "clap": 0.373},
        "freedom": {"structure": 0.018, "fad_clap": 0.668, "clap": 0.415},
        "doodl": {"structure": 0.074, "fad_clap": 0.653, "clap": 0.387},
        "ditto": {"structure": 0.024, "fad_clap": 0.632, "clap": 0.418},
    },
}
"""Intensity (MSE, dB²), melody (accuracy) and structure (MSE)."""

TABLE_4: Mapping[str, Mapping[str, tuple[float, float, float]]] = {
    "intensity": {"controlnet": (0.65, 15.90, 2.79), "freedom": (0.71, 20.35, 2.55)},
    "outpaint-2": {"md50": (0.77, 23.49, 2.57), "freedom": (0.80, 26.17, 2.33)},
    "melody": {"controlnet": (0.48, 1.40, 2.28), "freedom": (0.61, 9.55, 2.05)},
}
"""DITTO against another method: share of wins, mean difference of the 0 to 100 scores, its ±."""

TABLE_5: Mapping[int, Rows] = {
    20: {
        "ditto": {
            "intensity": 4.758,
            "fad_clap": 0.682,
            "clap": 0.433,
            "steps_to_2": 44.466,
            "step_seconds": 1.859,
            "memory": 5.002 * MIB_OF_GB,
        },
        "doodl": {
            "intensity": 4.785,
            "fad_clap": 0.695,
            "clap": 0.342,
            "steps_to_2": 49.203,
            "step_seconds": 4.177,
            "memory": 8.274 * MIB_OF_GB,
        },
    },
    50: {
        "ditto": {
            "intensity": 7.640,
            "fad_clap": 0.661,
            "clap": 0.398,
            "steps_to_2": 46.855,
            "step_seconds": 4.472,
            "memory": 5.094 * MIB_OF_GB,
        },
        "doodl": {
            "intensity": 8.894,
            "fad_clap": 0.636,
            "clap": 0.311,
            "steps_to_2": 47.834,
            "step_seconds": 10.036,
            "memory": 8.311 * MIB_OF_GB,
        },
    },
}
"""Intensity control through 20 and 50 sampler steps, on an A100 with 40 GB."""

TABLE_6: Rows = {
    "controlnet": {"intensity": 38.4108, "rho": 0.9413, "fad_vggish": 11.1315, "clap": 0.3084},
    "ditto": {"intensity": 4.7576, "rho": 0.6166, "fad_vggish": 10.5294, "clap": 0.4326},
    "correlation": {"intensity": 60.8952, "rho": 0.9040, "fad_vggish": 11.0858, "clap": 0.3503},
}
"""Correlation of intensity. Its FAD is on another scale than that of table 3."""

GUIDANCES = (0.0, 1.0, 4.0, 7.5)
_INVERSION = {
    "naive": (0.0678, 0.0668, 0.0714, 0.0787, 0.1044, 0.1042, 0.1071, 0.1122),
    "ddim": (0.0115, 0.0072, 0.0192, 0.0334, 0.0089, 0.0072, 0.0115, 0.0179),
    "null-text": (0.0043, 0.0072, 0.0055, 0.0072, 0.0057, 0.0072, 0.0057, 0.0060),
    "ditto": (0.0011, 0.0010, 0.0025, 0.0075, 0.0011, 0.0011, 0.0015, 0.0023),
}
TABLE_7: Mapping[tuple[int, float], Rows] = {
    (seconds, guidance): {
        name: {"inversion": values[4 * (seconds == 24) + place]}
        for name, values in _INVERSION.items()
    }
    for seconds in (6, 24)
    for place, guidance in enumerate(GUIDANCES)
}
"""Inversion MSE by seconds and weight of guidance."""

TABLE_8: Mapping[str, Rows] = {
    "intensity": {
        "ddim": {"intensity": 4.77, "fad_vggish": 10.53},
        "dpm++": {"intensity": 6.30, "fad_vggish": 11.04},
    },
    "outpaint-2": {"ddim": {"fad_vggish": 9.19}, "dpm++": {"fad_vggish": 9.12}},
}
"""DITTO through two samplers. Its FAD is on another scale than that of table 3."""

TABLE_9: Mapping[str, Rows] = {
    "intensity+outpaint-2": {
        "ditto": {"intensity": 5.783, "fad_clap": 0.699, "clap": 0.506},
        "freedom": {"intensity": 23.945, "fad_clap": 0.705, "clap": 0.502},
    },
    "intensity+structure": {
        "ditto": {"intensity": 6.802, "structure": 0.092, "fad_clap": 0.661, "clap": 0.432},
        "freedom": {"intensity": 21.033, "structure": 0.304, "fad_clap": 0.669, "clap": 0.490},
    },
    "intensity+melody": {
        "ditto": {"intensity": 7.833, "melody": 0.436, "fad_clap": 0.680, "clap": 0.405},
        "freedom": {"intensity": 21.185, "melody": 0.198, "fad_clap": 0.683, "clap": 0.494},
        "controlnet": {"intensity": 37.841, "melody": 0.452, "fad_clap": 0.604, "clap": 0.347},
    },
}
"""Two objectives at once."""

TABLE_10: Mapping[str, Rows] = {
    "intensity": {
        "ddpm": {"loss": 24.5120, "loss_same_prompt": 13.8316},
        "ddpm+freedom": {"loss": 16.9780, "loss_same_prompt": 11.2481},
    },
    "melody": {
        "ddpm": {"loss": 2.7973, "loss_same_prompt": 2.7441},
        "ddpm+freedom": {"loss": 1.8482, "loss_same_prompt": 1.8710},
    },
    "structure": {
        "ddpm": {"loss": 0.2952, "loss_same_prompt": 0.2643},
        "ddpm+freedom": {"loss": 0.0251, "loss_same_prompt": 0.0235},
    },
}
"""Loss of samples drawn stochastically from an optimised latent: random prompts, and its own."""

TABLE_11: Rows = {
    "plain": {"seconds": 0.612},
    "controlnet": {"training_hours": 576.0, "seconds": 1.456},
    "freedom": {"training_hours": 0.0, "seconds": 2.867},
    "ditto": {"training_hours": 0.0, "seconds": 82.192},
    "doodl": {"training_hours": 0.0, "seconds": 206.897},
}
"""Latency under intensity control, and hours of training on one A100 with 40 GB."""
