"""A framework's file on a page: bring it, look at what it would do, save it."""
from django.http import Http404
def upload(request):
    raise Http404
def check(request, key):
    raise Http404
