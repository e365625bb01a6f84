"""Pictures of the samples: throughput, latency, and whose CPU a request costs."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from bench.results import LEVELS, Samples

COLOURS = ("#7a8793", "#1f6f5c", "#c4713b", "#4b6cb7")
PARTY_COLOURS = {"client": "#c9ced3", "server": "#1f6f5c", "postgres": "#336791"}
# A tail thinner than this is one or two requests: noise drawn as if it were shape.
LAST_LEVEL_DRAWN = 0.999


def draw(samples: Samples, folder: Path) -> list[Path]:
    """Draws every picture into `folder` and returns their paths."""
    contenders = list(dict.fromkeys(contender for _, contender in samples.pairs()))
    colours = dict(zip(contenders, COLOURS * len(contenders), strict=False))
    return [
        _save(samples, folder / "throughput.png", lambda axes, name: _rates(axes, name, samples, colours)),
        _save(samples, folder / "latency.png", lambda axes, name: _latencies(axes, name, samples, colours)),
        _save(samples, folder / "cpu.png", lambda axes, name: _cpu(axes, name, samples)),
    ]


def _save(samples: Samples, path: Path, panel) -> Path:
    operations = list(dict.fromkeys(operation for operation, _ in samples.pairs()))
    figure, axes = plt.subplots(
        1, len(operations), figsize=(5.5 * len(operations), 3.8), squeeze=False, layout="constrained"
    )
    for one, operation in zip(axes[0], operations, strict=True):
        panel(one, operation)
        one.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=130)
    plt.close(figure)
    return path


def _rates(axes: Axes, operation: str, samples: Samples, colours: dict[str, str]) -> None:
    names = [contender for name, contender in samples.pairs() if name == operation]
    rates = [samples.spread(operation, name, lambda s: s.rate) for name in names]
    slowest = min((rate.median for rate in rates if rate.median), default=1.0)
    bars = axes.bar(
        names,
        [rate.median for rate in rates],
        yerr=[[r.median - r.low for r in rates], [r.high - r.median for r in rates]],
        color=[colours[name] for name in names],
        capsize=4,
    )
    labels = [f"{rate.median:,.0f}\n({rate.median / slowest:.1f} ×)" for rate in rates]
    axes.bar_label(bars, labels, padding=4)
    axes.set_ylim(0, max((rate.high for rate in rates), default=1.0) * 1.25)
    axes.set_title(f"{operation}: requests per second")


def _latencies(axes: Axes, operation: str, samples: Samples, colours: dict[str, str]) -> None:
    drawn = [index for index, level in enumerate(LEVELS) if level <= LAST_LEVEL_DRAWN]
    for name, contender in samples.pairs():
        if name != operation:
            continue
        for one in samples.of(operation, contender):
            axes.plot(
                [one.quantiles[index] for index in drawn],
                [LEVELS[index] * 100 for index in drawn],
                color=colours[contender],
                label=contender if one.round == 0 else None,
                alpha=0.8,
            )
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds, one line per round")
    axes.set_ylabel("% of requests answered within")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right", frameon=False)
    axes.set_title(f"{operation}: latency")


def _cpu(axes: Axes, operation: str, samples: Samples) -> None:
    names = [contender for name, contender in samples.pairs() if name == operation]
    bottom = [0.0] * len(names)
    for party, colour in PARTY_COLOURS.items():
        heights = [
            samples.spread(operation, name, lambda s, party=party: s.cpu.get(party, 0.0)).median
            for name in names
        ]
        axes.bar(names, heights, bottom=bottom, color=colour, label=party)
        bottom = [low + height for low, height in zip(bottom, heights, strict=True)]
    axes.legend(frameon=False)
    axes.set_title(f"{operation}: CPU per request, µs")
