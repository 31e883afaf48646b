"""Somebody who reads the page of the atlas: by mouse, or by keyboard alone."""

from __future__ import annotations

from typing import Any

from tests.browser.atlas_opened import RESTED

FARTHEST = 200
FOCUSED = "element => document.activeElement === element"
FOCUSED_LABEL = "() => document.activeElement.closest('label')?.querySelector('span')?.textContent"


class Reader:
    """One act a method; what is read is text of the page."""

    def __init__(self, page: Any, *, has_mouse: bool) -> None:
        self.page = page
        self.has_mouse = has_mouse

    @property
    def panel(self) -> str:
        return str(self.page.locator("#panel").inner_text())

    @property
    def count(self) -> str:
        return str(self.page.locator("#count").inner_text())

    def listed(self, heading: str) -> list[str]:
        """The rows of the panel below a heading."""
        below = self.page.locator(f'#panel h3:has-text("{heading}") ~ ul').first
        return [text.replace("\n", " ") for text in below.locator("li").all_inner_texts()]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def reach(self, target: str) -> None:
        """Press a button or open a menu."""
        if self.has_mouse:
            self.page.locator(target).first.click()
        else:
            self._tab_to(target)
            self.press("Enter")
        self.page.evaluate(RESTED)

    def choose(self, menu: str, label: str) -> None:
        """Choose a value of a filter, and close the menu."""
        summary = f'#bar summary:has-text("{menu}")'
        if self.has_mouse:
            self.page.locator(summary).click()
            self.page.locator("#bar details[open] label", has_text=label).first.click()
            self.page.locator(summary).click()
            return
        self._tab_to(summary)
        self.press("ArrowDown")
        self.page.wait_for_function("() => document.activeElement.matches('#bar input')")
        for _ in range(FARTHEST):
            if self.page.evaluate(FOCUSED_LABEL) == label:
                break
            self.press("ArrowDown")
        self.press("Space", "Escape")

    def choose_year(self, year: int, first: int, last: int) -> None:
        summary = '#bar summary:has-text("Year")'
        if self.has_mouse:
            self.page.locator(summary).click()
            self.page.locator(".years g").nth(year - first).click()
            self.page.locator(summary).click()
            return
        self._tab_to(summary)
        self.press("ArrowDown")
        self.page.wait_for_function("() => document.activeElement.matches('#bar select')")
        self.press(*["ArrowDown"] * (year - first), "Tab", *["ArrowUp"] * (last - year), "Escape")

    def search(self, text: str, hit: str) -> None:
        if self.has_mouse:
            self.page.locator("#query").click()
        else:
            self.press("/")
        self.page.keyboard.type(text)
        if self.has_mouse:
            self.page.locator("#hits li", has_text=hit).first.click()
        else:
            chosen = self.page.locator('#hits li[aria-selected="true"]')
            for _ in range(20):
                if hit in chosen.inner_text():
                    break
                self.press("ArrowDown")
            self.press("Enter")
        self.page.evaluate(RESTED)

    def view(self, name: str) -> None:
        if self.has_mouse:
            self.page.locator("#views label", has_text=name).click()
        else:
            self._tab_to("#views input:checked")
            while self.page.locator("#views label:has(:checked)").inner_text() != name:
                self.press("ArrowRight")
        self.page.evaluate(RESTED)

    def star(self) -> None:
        """Star the paper that a search has opened."""
        if self.has_mouse:
            self.page.get_by_role("button", name="Add to the reading list").click()
        else:
            self.press("s")

    def _tab_to(self, target: str) -> None:
        element = self.page.locator(target).first.element_handle()
        for _ in range(FARTHEST):
            if self.page.evaluate(FOCUSED, element):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {target}")
