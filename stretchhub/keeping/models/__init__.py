from .erasure import ErasureRequest, Ground, State
from .let_go import LetGo

__all__ = ["ErasureRequest", "Ground", "LetGo", "State"]
