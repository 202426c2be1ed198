"""The content of `{% keep %}` is shown a second time."""

from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError


def rendered(source: str, **context: str) -> str:
    return Template("{% load kept %}" + source).render(Context(context))


def test_the_content_is_shown_in_place_and_again_later():
    source = '{% keep "it" %} {% block a %}{{ word }}{% endblock %} {% endkeep %}|{{ it }}'
    assert rendered(source, word="peace") == "peace|peace"


def test_it_is_escaped_once():
    page = rendered('{% keep "it" %}{{ word }}{% endkeep %}|<a title="{{ it }}">', word='<"&">')
    assert page == '&lt;&quot;&amp;&quot;&gt;|<a title="&lt;&quot;&amp;&quot;&gt;">'


def test_without_a_name_it_is_refused():
    with pytest.raises(TemplateSyntaxError, match="takes the name"):
        rendered("{% keep %}x{% endkeep %}")


def test_each_render_has_its_own_content():
    template = Template('{% load kept %}{% keep "it" %}{{ word }}{% endkeep %}{{ it }}')
    assert template.render(Context({"word": "a"})) == "aa"
    assert template.render(Context({"word": "b"})) == "bb"
