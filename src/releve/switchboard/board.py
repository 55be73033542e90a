"""The running switchboard: what its shells share."""

from dataclasses import dataclass

from releve.switchboard.access import Tokens
from releve.switchboard.metrics import Metrics
from releve.switchboard.node import Node


@dataclass(frozen=True)
class Switchboard:
    """What an operation may use."""

    node: Node
    tokens: Tokens
    metrics: Metrics
