"""Two networks side by side over HTTP: links, buttons for both, settings, visitors, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson
import pytest

from app.presets import PRESETS
from app.share import pair_link
from app.spec import parse_spec
from tests.clients import Client
from tests.specs import named_spec
from tests.web.html import Page

NewClient = Callable[[], Client]


def led(answer: Any) -> str:
    """The page of a pair that an answer leads to."""
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def begun(client: Client, url: str = "/p/xor/pair?learning_rate=3") -> str:
    """The page of a new pair."""
    return led(client.get(url))


def states(client: Client, page: str) -> list[Any]:
    """The State of either side."""
    return [client.read(one) for one in page.split("?", maxsplit=1)[0].split("/")[2:]]


def shown(client: Client, page: str) -> Page:
    """The page."""
    answer = client.get(page)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def numbers(page: Page, side: str) -> Any:
    """What the module sets on the drawing of a side."""
    return orjson.loads(page.by_id(f"numbers-{side}").text)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(
    ("given", "said"), [("1", "{} is 1; an object is expected"), ("{", "not valid JSON, {}")]
)
def test_a_link_that_is_wrong_on_one_side_names_it(client: Client, side: str, given: str, said: str) -> None:
    whole = orjson.dumps(named_spec()).decode()
    answer = client.get("/pair", params={"left": whole, "right": whole, side: given})
    assert answer.status_code == 422
    assert said.format(side) in Page(answer.text).tagged("main")[0].text


@pytest.mark.parametrize("action", ["forward", "backward", "update", "step"])
def test_a_button_moves_both_alike(client: Client, action: str) -> None:
    page = begun(client)
    assert led(client.post(f"{page}/{action}", data={"steps": "1"})) == page
    left, right = states(client, page)
    assert (left["step"], left["phase"]) == (right["step"], right["phase"])
    assert (left["step"], left["phase"]) != (0, "idle")
    assert left["loss"]["batch"] == right["loss"]["batch"]
    if left["gradients"]:
        assert left["gradients"] == right["gradients"]


def test_both_see_the_same_batches_and_differ_by_their_rate(client: Client) -> None:
    page = begun(client, "/p/circle/pair?learning_rate=0.5")
    ids = page.split("/")[2:]
    for _ in range(4):
        client.post(f"{page}/backward")
        rows = [client.read(one, "/trace")["batch"]["indices"] for one in ids]
        assert rows[0] == rows[1]
        client.post(f"{page}/update")
    left, right = states(client, page)
    assert left["parameters"] != right["parameters"]
    assert left["spec"] | {"optimizer": None} == right["spec"] | {"optimizer": None}


def test_undo_redo_and_reset_move_both(client: Client) -> None:
    page = begun(client)
    for _ in range(3):
        client.post(f"{page}/step")
    for action, step in (("undo", 2), ("undo", 1), ("redo", 2), ("reset", 0)):
        client.post(f"{page}/{action}")
        assert [state["step"] for state in states(client, page)] == [step, step]
    refused = client.post(f"{page}/undo")
    assert refused.status_code == 409
    assert "nothing to undo" in Page(refused.text).by_id("messages").text


def test_the_page_shows_both_drawings_with_every_number(client: Client) -> None:
    page = begun(client, "/p/xor/pair?hidden=5")
    client.post(f"{page}/backward")
    made = shown(client, page)
    both = states(client, page)
    for side, state in zip(("left", "right"), both, strict=True):
        assert made.by_id(f"network-{side}").tag == "svg"
        weights = [w for layer in state["parameters"] for row in layer["W"] for w in row]
        assert numbers(made, side)["weights"] == weights
        assert made.by_id(side)["data-session"] == state["id"]
    edges = [float(edge["data-weight"]) for edge in made.all("data-edge")]
    assert edges == [w for state in both for layer in state["parameters"] for row in layer["W"] for w in row]
    ids = [element["id"] for element in made.all("id")]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("preset", list(PRESETS))
def test_every_preset_stands_beside_itself(client: Client, preset: str) -> None:
    made = shown(client, begun(client, f"/p/{preset}/pair?learning_rate=0.07"))
    ids = [element["id"] for element in made.all("id")]
    assert sorted(ids) == sorted(set(ids))
    assert [each["data-setting"] for each in made.all("data-setting")] == ["learning_rate"]


def test_the_answer_to_a_step_is_small_and_whole(client: Client) -> None:
    page = begun(client)
    answer = client.post(f"{page}/step", headers={"HX-Request": "true"})
    made = Page(answer.text)
    assert numbers(made, "left")["step"] == numbers(made, "right")["step"] == 1
    assert made.by_id("pair-numbers")["hx-swap-oob"]
    assert not made.all("data-edge")


def test_a_link_holds_a_pair(new_client: NewClient) -> None:
    page = begun(one := new_client(), "/p/circle/pair?hidden=4,4")
    link = urlsplit(shown(one, page).by_id("pair-link")["value"])
    other = new_client()
    again = begun(other, f"{link.path}?{link.query}")
    assert again != page
    for mine, theirs in zip(states(one, page), states(other, again), strict=True):
        assert mine["spec"] == theirs["spec"]
        assert mine["parameters"] == theirs["parameters"]
        assert theirs["step"] == 0
    right = orjson.loads(parse_qs(link.query)["right"][0])
    assert "parameters" not in right  # they are found again
    assert shown(other, again).by_id("pair-link")["value"].endswith(f"{link.path}?{link.query}")


def test_links_of_two_specs_keep_the_language(client: Client) -> None:
    left = parse_spec(named_spec())
    page = begun(client, pair_link(left, parse_spec(named_spec(batch_size=3))) + "&lang=zh")
    assert page.endswith("?lang=zh")
    assert client.get(page).headers["content-language"] == "zh-Hans"
    assert client.get("/pair?left={}").status_code == 422
    assert client.get("/pair?left={}&right={}").status_code == 422


def test_a_link_of_two_specs_names_every_fault_of_either(client: Client) -> None:
    wrong = orjson.dumps(named_spec(batch_size=10**6, seed=-1)).decode()
    answer = client.get(f"/pair?{urlencode({'left': wrong, 'right': wrong})}")
    assert answer.status_code == 422
    for place in ("left.batch_size", "left.seed", "right.batch_size", "right.seed"):
        assert place in answer.text
    answer = client.get(f"/n?{urlencode({'spec': wrong})}")
    assert [name in answer.text for name in ("batch_size", "seed")] == [True, True]


def test_a_session_stands_beside_another_from_its_beginning(new_client: NewClient) -> None:
    owner, visitor = new_client(), new_client()
    session = owner.open(preset="xor")["id"]
    owner.act(session, "step", steps=4)
    for client in (owner, visitor):
        page = led(client.post(f"/n/{session}/pair", data={"learning_rate": "3", "activation": ""}))
        left, right = states(client, page)
        assert (left["step"], right["step"]) == (0, 0)
        assert (left["owner"], right["owner"]) == (True, True)
        assert left["preset"] == "xor"
        assert right["spec"]["optimizer"]["learning_rate"] == 3
    assert owner.read(session)["step"] == 4
    whole = {**owner.read(session)["spec"], "batch_size": 1}
    page = led(owner.post(f"/n/{session}/pair", data={"spec": orjson.dumps(whole).decode()}))
    assert states(owner, page)[1]["spec"]["batch_size"] == 1


def test_a_wrong_value_is_named_on_the_page_it_came_from(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    refused = client.post(f"/n/{session}/pair", data={"learning_rate": "fast"})
    assert refused.status_code == 422
    made = Page(refused.text)
    assert "Learning rate" in made.by_id("messages").text
    assert made.by_id("playground")["data-session"] == session


def test_wrong_settings_are_named_with_their_side_and_stand_as_typed(client: Client) -> None:
    page = begun(client)
    typed = {"left-learning_rate": "-1", "left-learning_rate-was": "0.1", "right-learning_rate": "abc"}
    refused = client.post(f"{page}/settings", data={**typed, "right-learning_rate-was": "3"})
    assert refused.status_code == 422
    made = Page(refused.text)
    said = made.by_id("messages").text
    assert "Left: Learning rate is -1; the smallest allowed is 0" in said
    assert 'Right: Learning rate is "abc"; a number is expected' in said
    assert [made.by_id(f"{side}-learning_rate")["value"] for side in ("left", "right")] == ["-1", "abc"]
    assert "spec" not in said


def test_wrong_settings_are_told_to_a_standing_page(client: Client) -> None:
    page, data = begun(client), {"right-learning_rate": "abc", "right-learning_rate-was": "3"}
    refused = client.post(f"{page}/settings", data=data, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert "Right: Learning rate" in refused.text
    assert "learning_rate-was" not in refused.text
    data["right-learning_rate"] = "0.5"
    led_to = client.post(f"{page}/settings", data=data, headers={"HX-Request": "true"})
    assert led_to.headers["HX-Redirect"] == page


@pytest.mark.parametrize("name", ["settings", "step", "fork"])
def test_where_forms_are_sent_to_leads_back_to_the_page(client: Client, name: str) -> None:
    page = begun(client)
    assert led(client.get(f"{page}/{name}")) == page
    session = client.open(preset="xor")["id"]
    assert led(client.get(f"/n/{session}/{name}")) == f"/n/{session}"


def test_a_setting_of_one_side_keeps_the_training(client: Client) -> None:
    page = begun(client)
    client.post(f"{page}/step")
    data = {f"{side}-learning_rate-was": was for side, was in (("left", "0.1"), ("right", "3"))}
    assert (
        led(
            client.post(
                f"{page}/settings", data={**data, "left-learning_rate": "0.1", "right-learning_rate": "0.7"}
            )
        )
        == page
    )
    left, right = states(client, page)
    assert [state["step"] for state in (left, right)] == [1, 1]
    assert left["spec"]["optimizer"]["learning_rate"] == 0.1
    assert right["spec"]["optimizer"]["learning_rate"] == 0.7


def test_what_cannot_change_while_training_starts_both_anew(client: Client) -> None:
    page = begun(client)
    client.post(f"{page}/step")
    fresh = led(client.post(f"{page}/settings", data={"right-activation": "relu"}))
    assert fresh != page
    left, right = states(client, fresh)
    assert [state["step"] for state in (left, right)] == [0, 0]
    assert right["spec"]["layers"][0]["activation"] == "relu"
    assert right["spec"]["optimizer"]["learning_rate"] == 3
    assert left["parameters"] == right["parameters"]


def test_an_emptied_limit_is_none(client: Client) -> None:
    page = begun(client, "/p/xor/pair?clip_norm=1")
    data = {"left-clip_norm": "", "left-clip_norm-was": "", "right-clip_norm": "", "right-clip_norm-was": "1"}
    assert led(client.post(f"{page}/settings", data=data)) == page
    assert [state["spec"]["clip_norm"] for state in states(client, page)] == [None, None]


def test_one_that_diverges_stays_and_the_page_says_so(client: Client) -> None:
    spec = named_spec(
        loss="mse",
        optimizer={"name": "sgd", "learning_rate": 0.05},
        layers=[{"type": "dense", "units": 1, "activation": "linear"}],
    )
    session = client.open(spec=spec)["id"]
    page = led(client.post(f"/n/{session}/pair", data={"learning_rate": "1e5"}))
    client.post(f"{page}/step", data={"steps": "200"})
    left, right = states(client, page)
    assert (left["step"], left["diverged"], right["diverged"]) == (200, False, True)
    made = shown(client, page)
    said = made.by_id("messages").text
    assert said.startswith("Right: Training has diverged")
    assert "disabled" not in made.by_id("action-step").attributes
    client.post(f"{page}/step")
    again = states(client, page)
    assert [state["step"] for state in again] == [201, right["step"]]


def test_visitors_see_and_fork_both(new_client: NewClient) -> None:
    owner, visitor = new_client(), new_client()
    page = begun(owner)
    owner.post(f"{page}/step")
    for action in ("step", "undo", "settings"):
        data = {"right-learning_rate": "1"} if action == "settings" else {}
        assert visitor.post(f"{page}/{action}", data=data).status_code == 403
    made = shown(visitor, page)
    assert "disabled" in made.by_id("action-step").attributes
    assert made.by_id("visitor")["action"] == f"{page}/fork"
    copy = led(visitor.post(f"{page}/fork"))
    assert [state["step"] for state in states(visitor, copy)] == [1, 1]
    assert led(visitor.post(f"{copy}/step")) == copy
    assert [state["step"] for state in states(owner, page)] == [1, 1]


def test_half_a_pair_moves_neither(new_client: NewClient) -> None:
    owner, other = new_client(), new_client()
    mine, theirs = owner.open(preset="xor")["id"], other.open(preset="xor")["id"]
    assert owner.post(f"/pair/{mine}/{theirs}/step").status_code == 403
    assert owner.read(mine)["step"] == other.read(theirs)["step"] == 0
    assert owner.get(f"/pair/{mine}/{mine}").status_code == 404
    assert owner.get(f"/pair/{mine}/nothing").status_code == 404
    assert owner.post(f"/pair/{mine}/nothing/step").status_code == 404
    assert owner.read(mine)["step"] == 0


def test_pairs_of_the_api(client: Client) -> None:
    body = {"left": named_spec(), "right": named_spec(batch_size=2)}
    answer = client.post("/api/pairs", json=body)
    assert answer.status_code == 201
    made = answer.json()
    assert made["left"]["parameters"] == made["right"]["parameters"]
    assert answer.headers["location"] == made["url"] == f"/pair/{made['left']['id']}/{made['right']['id']}"
    assert states(client, made["url"]) == [made["left"], made["right"]]
    assert client.post("/api/pairs", json={"left": named_spec()}).status_code == 422
    wrong = {"left": named_spec(batch_size=5000), "right": named_spec(loss="nothing", batch_size=0)}
    answer = client.post("/api/pairs", json=wrong)
    assert answer.status_code == 422
    places = [error["loc"] for error in answer.json()["errors"]]
    assert places == [["left", "batch_size"], ["right", "batch_size"], ["right", "loss"]]


def test_the_form_of_settings_is_a_page_too(client: Client) -> None:
    session = client.open(preset="rnn-forgets")["id"]
    made = shown(client, f"/n/{session}/compare")
    rate = client.read(session)["spec"]["optimizer"]["learning_rate"]
    assert made.by_id("other-learning_rate")["placeholder"] == str(rate)
    kinds = {element["value"] for element in made.all("value") if element.tag == "option"}
    assert {"lstm", "gru"} <= kinds
    assert Page(client.get(f"/n/{session}/compare", headers={"HX-Request": "true"}).text).by_id("compare")
    assert "hidden" in shown(client, f"/n/{session}").by_id("compare").attributes
