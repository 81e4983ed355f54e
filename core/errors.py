"""Everything that Datawall raises on purpose.

::

    DatawallError
    ├── InputError            the user can mend it; the command line exits with 2
    │   ├── DataError         a file of examples: its bytes, columns or labels
    │   ├── AssumptionError   a number outside what its unit allows
    │   ├── ScenarioError     a scenario file: its keys, units or tables
    │   ├── PlanError         a generation plan
    │   └── PriceError        a model or price that the price book does not know
    ├── WorkspaceError        the folder of facts: missing, not writable, not ours
    │   └── RunBusyError      another process is writing this run
    ├── ProviderError         a model endpoint answered badly or not at all
    │   └── ProviderRefusedError  ... and asking again cannot help (401, 404, 400)
    └── Cancelled             the user stopped a long piece of work

Each message is one sentence, or two: where, what was found, what is expected,
what to do. Nothing else is shown to the user, so it has to be enough.
"""


class DatawallError(Exception):
    """Base of every error raised on purpose; its text is meant for the user."""


class InputError(DatawallError):
    """Something the user gave cannot be used as it is."""


class DataError(InputError):
    """A file of labelled examples cannot be read or sized."""


class AssumptionError(InputError):
    """A number lies outside what its unit or its meaning allows."""


class ScenarioError(InputError):
    """A scenario file has a wrong key, unit, table or value."""


class PlanError(InputError):
    """A generation plan has a wrong key or value."""


class PriceError(InputError):
    """The price book has no price for what was asked; it is never taken as 0."""


class WorkspaceError(DatawallError):
    """The workspace folder cannot be used."""


class RunBusyError(WorkspaceError):
    """Another process holds the run open for writing."""


class ProviderError(DatawallError):
    """A model endpoint failed; asking again may help."""


class ProviderRefusedError(ProviderError):
    """A model endpoint refused in a way that asking again cannot mend."""


class Cancelled(DatawallError):
    """The user stopped the work; what was finished is kept."""
