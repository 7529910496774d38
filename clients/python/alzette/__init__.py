"""A client of Alzette: NGSI-LD and the operations of its services."""

from .client import Alzette
from .connection import AlzetteError

__all__ = ["Alzette", "AlzetteError"]
