"""How content goes out: to be saved, never to be run."""

import pytest

from punchlist.api.common.downloads import content_disposition, download_headers


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("plan.pdf", 'attachment; filename="plan.pdf"'),
        ("a plan (2).pdf", 'attachment; filename="a plan (2).pdf"'),
        (
            "Prüfbericht.pdf",
            "attachment; filename=\"Prufbericht.pdf\"; filename*=UTF-8''Pr%C3%BCfbericht.pdf",
        ),
        ("設計図", "attachment; filename=\"file\"; filename*=UTF-8''%E8%A8%AD%E8%A8%88%E5%9B%B3"),
        ('a"b.txt', "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"),
        ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
    ],
)
def test_content_is_saved_under_its_name_by_old_clients_and_new(name, header):
    assert content_disposition(name) == header


def test_nothing_is_shown_inline_and_nothing_guessed():
    headers = download_headers("page.html", "application/octet-stream", 12)
    assert headers["content-disposition"].startswith("attachment;")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-length"] == "12"
    assert "sandbox" in headers["content-security-policy"]
