"""A question before something that a person may not want: in the window itself, while scanning goes on.

Owns the two answers. What is asked and what follows are the caller's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.common.messages import Parameter
    from bindtool.gui.common.widgets.prompt_bar import OfferBar
    from bindtool.texts import Texts


def ask(offer: OfferBar, texts: Texts, name: str, agreed: Callable[[], None], /, **values: Parameter) -> None:
    """Ask `<name>.title`, explain with `<name>.body`, and call `agreed` if `<name>.yes` is pressed.

    "No" has the keys, and Esc takes the question back: nothing that a scanner types agrees to anything.
    """
    words = f"{texts(f'{name}.title', **values)} {texts(f'{name}.body', **values)}"
    answers = (texts(f"{name}.yes", **values), texts("question.no"))
    offer.ask(name, words, answers, lambda place: None if place else agreed())
