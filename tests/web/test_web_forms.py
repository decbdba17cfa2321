"""The crispy pack: labels, hints and errors belong to their fields, and error links land on an input that exists."""

import re

import pytest
from django import forms
from django.template import Context, Template


class EveryKind(forms.Form):
    words = forms.CharField(help_text="Your words.")
    long = forms.CharField(widget=forms.Textarea)
    unit = forms.ChoiceField(choices=[("", "Choose"), ("8", "Unit 8")])
    answer = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect, help_text="Yours.")
    several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    tick = forms.BooleanField()
    file = forms.FileField()
    on = forms.DateField(widget=forms.SelectDateWidget(years=[2024]))
    at = forms.SplitDateTimeField()


def rendered(source: str, form: forms.Form) -> str:
    return Template(source).render(Context({"form": form}))


def ids(html: str) -> set[str]:
    return set(re.findall(r' id="([^"]+)"', html))


@pytest.mark.parametrize("prefix", [None, "second"])
def test_every_error_link_lands_on_an_input(prefix):
    form = EveryKind({}, {}, prefix=prefix)
    html = rendered("{% error_summary form %}{{ form|crispy }}", form)
    links = re.findall(r'href="#([^"]+)"', html)
    assert len(links) == len(EveryKind.base_fields)
    inputs = set(re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', html))
    assert set(links) <= inputs


def test_what_describes_a_field_exists():
    html = rendered("{{ form|crispy }}", EveryKind({}, {}))
    described = {name for names in re.findall(r'aria-describedby="([^"]+)"', html) for name in names.split()}
    assert {"id_words_helptext", "id_words_error", "id_answer_helptext", "id_answer_error"} <= described
    assert described <= ids(html)


def test_required_is_said_by_us_not_by_the_browser():
    assert " required" not in rendered("{{ form|crispy }}", EveryKind())


def test_nothing_is_chosen_beforehand():
    assert "checked" not in rendered("{{ form|crispy }}", EveryKind())


def test_labels_are_text_not_markup():
    class Tricky(forms.Form):
        name = forms.CharField(label="<script>", help_text="<b>hint</b>")

    html = rendered("{{ form|crispy }}", Tricky())
    assert "&lt;script&gt;" in html
    assert "<b>hint" not in html


def test_an_error_of_the_whole_form_has_no_link():
    class Whole(forms.Form):
        def clean(self):
            raise forms.ValidationError("Somebody else changed this claim.")

    html = rendered("{% error_summary form %}", Whole({}))
    assert "<li>Somebody else changed this claim.</li>" in html


def test_a_page_without_a_form_has_no_summary():
    assert Template("{% error_summary form %}").render(Context({})).strip() == ""


def test_the_crispy_tag_makes_a_whole_form():
    from crispy_forms.helper import FormHelper
    from crispy_forms.layout import Submit

    form = EveryKind()
    form.helper = FormHelper()
    form.helper.add_input(Submit("save", "Save"))
    html = rendered("{% load crispy_forms_tags %}{% crispy form %}", form)
    assert "novalidate" in html
    assert '<button type="submit" name="save" value="Save" class="button">Save</button>' in html
