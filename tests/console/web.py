"""Starlette's test client over httpx, which it would rather see replaced by a successor that is not out."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["TestClient"]
