"""What a bench says: a table on the terminal, and report.md, data.json and pictures in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from bench.measures import CONTENDERS, Target
from bench.plots import draw
from bench.results import Sample, Samples, Spread
from bench.stage import Extent

HEADINGS = (
    "",
    "contender",
    "requests/s",
    "(low-high)",
    "p50 ms",
    "p99 ms",
    "CPU µs: client",
    "server",
    "postgres",
)
# The median share of the cores that others may take before a run is called disturbed: the run's own
# start-ups of pgbench and load processes come to a few per cent.
LOUD = 0.1
FOLDER = Path(__file__).resolve().parent / "report"


class Verdict(msgspec.Struct, frozen=True):
    """A target beside what was measured."""

    sentence: str
    measured: Spread
    met: bool


class Setting(msgspec.Struct, frozen=True):
    """What has to be known of a run to compare it with another; `about` is a sentence on what was there."""

    about: str
    machine: dict[str, str]
    postgres: dict[str, str]
    extent: Extent


def judge(samples: Samples, targets: Sequence[Target]) -> list[Verdict]:
    """Holds what was measured against each target whose two sides were both run."""
    verdicts = []
    for target in targets:
        ratio = samples.ratio(target.operation, target.over, target.under)
        if ratio.median:
            sentence = f"{target.operation}: {target.over} ≥ {target.least:.3g} × {target.under}"
            verdicts.append(Verdict(sentence, ratio, ratio.median >= target.least))
    return verdicts


def rows(samples: Samples) -> list[tuple[str, ...]]:
    """Returns the table's cells, one row per operation and contender, medians over the rounds."""
    table = []
    for operation, contender in samples.pairs():
        rate = samples.spread(operation, contender, lambda s: s.rate)
        numbers = [
            samples.spread(operation, contender, number).median
            for number in (lambda s: s.p50, lambda s: s.p99)
        ]
        cpu = [_cpu(samples.of(operation, contender), party) for party in ("client", "server", "postgres")]
        table.append(
            (
                operation,
                contender,
                f"{rate.median:,.0f}",
                f"{rate.low:,.0f}-{rate.high:,.0f}",
                *(f"{number:.2f}" for number in numbers),
                *cpu,
            )
        )
    return table


def _cpu(samples: Sequence[Sample], party: str) -> str:
    values = sorted(s.cpu[party] for s in samples if party in s.cpu)
    return f"{values[len(values) // 2]:,.0f}" if values else "-"


def show(samples: Samples, verdicts: Sequence[Verdict]) -> None:
    """Prints the table, the verdicts and whatever went wrong."""
    # The table is wider than the eighty columns that a pipe is taken for.
    console = Console(highlight=False)
    console.width = max(console.width, 120)
    table = Table(*HEADINGS[:2], box=None, header_style="bold")
    for heading in HEADINGS[2:]:
        table.add_column(heading, justify="right")
    for row in rows(samples):
        table.add_row(*row)
    console.print(table)
    for verdict in verdicts:
        console.print(("[green]met   [/]" if verdict.met else "[red]missed[/]"), _said(verdict))
    others = samples.others()
    if others.median > LOUD:
        console.print(f"[yellow]disturbed[/] {_disturbed(others)}")
    for problem in samples.problems():
        console.print("[red]problem[/]", problem, markup=True)
    if samples.problems():
        console.print("[red]This run had failures: its numbers are no result.[/]")


def _disturbed(others: Spread) -> str:
    return (
        f"Others took {others.median:.0%} of the machine's cores ({others.low:.0%}-{others.high:.0%}) "
        "while this ran; ratios suffer, measure again on a quiet machine."
    )


def _said(verdict: Verdict) -> str:
    found = verdict.measured
    return f"{verdict.sentence}; measured {found.median:.2f} × ({found.low:.2f}-{found.high:.2f})"


def write(folder: Path, setting: Setting, samples: Samples, verdicts: Sequence[Verdict]) -> Path:
    """Writes report.md, data.json and the pictures; returns the path of report.md."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {"setting": setting, "verdicts": verdicts, "samples": samples.all}
    (folder / "data.json").write_bytes(msgspec.json.format(msgspec.json.encode(data), indent=1))
    pictures = draw(samples, folder)
    text = "\n\n".join(
        [
            "# What was measured",
            _introduction(setting),
            _markdown(rows(samples)),
            "## Targets\n\n" + "\n".join(_verdict_line(verdict) for verdict in verdicts),
            _problems(samples),
            *([_disturbed(samples.others())] if samples.others().median > LOUD else []),
            *(f"![{picture.stem}]({picture.name})" for picture in pictures),
            _contenders(samples),
            "## Machine and database\n\n" + _facts({**setting.machine, **setting.postgres}),
        ]
    )
    path = folder / "report.md"
    path.write_text(text + "\n")
    return path


def _introduction(setting: Setting) -> str:
    extent = setting.extent
    return (
        f"{setting.about} {extent.connections} connections, {extent.rounds} rounds of "
        f"{extent.seconds:g} s each after a warm-up, all in turn on one PostgreSQL. Rates are "
        "medians of the rounds, with the lowest and highest; ratios are taken round by round. CPU is what a "
        "request cost each party. `bench/README.md` says how to read this."
    )


def _markdown(table: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(HEADINGS) + " |", "|---|---|" + "---:|" * (len(HEADINGS) - 2)]
    lines += ["| " + " | ".join(row) + " |" for row in table]
    return "\n".join(lines)


def _verdict_line(verdict: Verdict) -> str:
    return f"- {'met' if verdict.met else '**missed**'}: {_said(verdict)}"


def _problems(samples: Samples) -> str:
    problems = samples.problems()
    if not problems:
        return "Every request was answered with success, and the database holds one event for each change."
    return "**Not a result: requests failed.**\n\n" + "\n".join(f"- {problem}" for problem in problems)


def _contenders(samples: Samples) -> str:
    named = {contender for _, contender in samples.pairs()}
    lines = [f"- **{name}**: {what}." for name, what in CONTENDERS.items() if name in named]
    return "## Contenders\n\n" + "\n".join(lines) if lines else ""


def _facts(facts: dict[str, str]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in facts.items())
