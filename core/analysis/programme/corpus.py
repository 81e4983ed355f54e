"""What a run's samples start from, and where they went."""

from dataclasses import dataclass

from core.analysis.corpus import judged_corpus
from core.analysis.export.overlap import Written, keys_of
from core.analysis.export.parts import gathered, parts
from core.formats import count
from core.generation.plan import plan_of
from core.workspace import Workspace, knowledge
from core.workspace.findings import readable_findings
from core.workspace.runs import RunSummary
from core.workspace.verdicts import seeds_used


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """What candidates of a slice can start from."""

    facts: int
    """Triples of the knowledge graph."""
    sources: int
    rules: int
    """Constraints in the run's plan."""
    examples: int
    """Real rows that the run's candidates were made from."""
    run_id: str
    """Empty before there is a run."""
    uses_facts: bool

    @property
    def is_any(self) -> bool:
        """Whether there is something to start from."""
        return bool(self.facts or self.rules or self.examples)

    @property
    def words(self) -> str:
        """What there is, in a sentence or two."""
        facts = f"{_counted(self.facts, 'fact')} of {_counted(self.sources, 'source')}"
        facts = facts if self.facts else "no facts"
        if not self.run_id:
            return f"{facts[:1].upper()}{facts[1:]}; no run yet."
        if self.facts:
            facts += " that the run keeps to" if self.uses_facts else " that the run leaves out"
        return (
            f"{_counted(self.examples, 'real example')} to start from, "
            f"{_counted(self.rules, 'rule')}, {facts}."
        )

    @property
    def proof(self) -> str:
        """The plan that names the seeds, else the graph."""
        return f"run {self.run_id}" if self.run_id else "knowledge graph"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file of training samples that holds samples of a run."""

    file: str
    at: str
    accepted: int
    """Samples accepted now that stand in it."""


def seeds_of(workspace: Workspace, run: RunSummary | None) -> Seeds:
    """What a run starts from, and what else is known of the domain."""
    triples = knowledge.triples(workspace)
    plan = plan_of(run.run.plan) if run is not None and run.run.plan else None
    return Seeds(
        facts=len(triples),
        sources=len({triple.source for triple in triples}),
        rules=len(plan.constraints) if plan else 0,
        examples=seeds_used(workspace, run.run_id) if run else 0,
        run_id=run.run_id if run else "",
        uses_facts=bool(plan and plan.knowledge),
    )


def exported(workspace: Workspace, run_id: str, tau: float) -> Exported | None:
    """The newest training file that holds accepted samples of a run; None when none does."""
    written = readable_findings(workspace, "exports", Written)
    training = [w for w in written if w.purpose == "training"]
    if not training or not judged_corpus(workspace, run_id, tau)[1].any():
        return None
    own: set[str] = set()
    for part in parts(gathered(workspace, [run_id], tau), by_slice=False):
        if part.purpose == "training":
            own.update(keys_of(part))
    for file in sorted(training, key=lambda w: w.at, reverse=True):
        if found := own & set(file.keys):
            return Exported(file=file.file, at=file.at, accepted=len(found))
    return None


def _counted(n: int, what: str) -> str:
    return f"{count(n) if n else 'no'} {what}{'' if n == 1 else 's'}"
