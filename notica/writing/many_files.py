"""The chooser of a draft's files in a form."""

from django import forms


class ManyFiles(forms.ClearableFileInput):
    """A chooser of several files."""

    allow_multiple_selected = True
