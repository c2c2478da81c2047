"""Addresses of what a mentor and a mentee think through, and of the work that follows."""

app_name = "assignments"

case: list = []
work: list = []

urlpatterns = [*case, *work]
