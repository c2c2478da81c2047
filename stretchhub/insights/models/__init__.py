from .figures import QuarterFigures, Standing
from .wait import Step, Wait

__all__ = ["QuarterFigures", "Standing", "Step", "Wait"]
