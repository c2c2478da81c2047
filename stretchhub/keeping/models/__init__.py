from .erasure import ErasureRequest, Ground, State

__all__ = ["ErasureRequest", "Ground", "State"]
