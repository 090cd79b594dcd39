from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.landing.engine.modes import Event, EventKind, Mode, Origin, PlaceError, mode_of, place

ZJ = "pudong/zhangjiang"


def history(*steps: str) -> list[Event]:
    """Events from "kind place[/park]", one a month."""
    events = []
    for month, step in enumerate(steps, start=1):
        kind, where = step.split(" ", 1)
        district, _, park = where.partition("/")
        events.append(Event(date(2024, month, 1), EventKind(kind), district, park))
    return events


@pytest.mark.parametrize(
    ("steps", "mode"),
    [
        # 张江研发+浦东转化
        ([f"rd {ZJ}", f"land {ZJ}"], Mode.ZHANGJIANG_PUDONG),
        ([f"rd {ZJ}", "land pudong/lingang"], Mode.ZHANGJIANG_PUDONG),
        (["rd pudong", "land pudong"], Mode.ZHANGJIANG_PUDONG),
        (["rd 浦东新区/张江科学城", "land 浦东/临港"], Mode.ZHANGJIANG_PUDONG),
        ([f"rd {ZJ}", "land pudong/lingang", "expand minhang"], Mode.ZHANGJIANG_PUDONG),
        ([f"rd {ZJ}", f"land {ZJ}", f"expand {ZJ}"], Mode.ZHANGJIANG_PUDONG),
        ([f"rd {ZJ}", f"land {ZJ}", "expand suzhou"], Mode.ZHANGJIANG_PUDONG),
        ([f"rd {ZJ}", "land pudong/lingang", "land suzhou"], Mode.ZHANGJIANG_PUDONG),
        # 张江研发+外区转化
        ([f"rd {ZJ}", "land minhang"], Mode.ZHANGJIANG_OTHER_DISTRICT),
        ([f"rd {ZJ}", "land fengxian/dongfang-meigu"], Mode.ZHANGJIANG_OTHER_DISTRICT),
        ([f"rd {ZJ}", "land minhang", "expand songjiang"], Mode.ZHANGJIANG_OTHER_DISTRICT),
        ([f"rd {ZJ}", "move_out pudong", "land minhang"], Mode.ZHANGJIANG_OTHER_DISTRICT),
        # 张江外溢+回流上海
        ([f"rd {ZJ}", "move_out suzhou", "return minhang"], Mode.SPILL_AND_RETURN),
        ([f"rd {ZJ}", "land suzhou", "return pudong"], Mode.SPILL_AND_RETURN),
        ([f"rd {ZJ}", "move_out pudong/zhangjiang", "return baoshan"], Mode.SPILL_AND_RETURN),
        ([f"rd {ZJ}", f"land {ZJ}", "move_out wuxi", "land jiading"], Mode.SPILL_AND_RETURN),
        (
            [f"rd {ZJ}", f"land {ZJ}", "move_out abroad", "return pudong", "expand minhang"],
            Mode.SPILL_AND_RETURN,
        ),
        # 张江试水+本市扩张
        ([f"land {ZJ}", "expand songjiang"], Mode.PILOT_AND_EXPAND),
        ([f"rd {ZJ}", f"land {ZJ}", "expand minhang"], Mode.PILOT_AND_EXPAND),
        ([f"rd {ZJ}", f"land {ZJ}", "expand pudong/lingang"], Mode.PILOT_AND_EXPAND),
        ([f"rd {ZJ}", "expand qingpu"], Mode.PILOT_AND_EXPAND),
        (["land suzhou", f"land {ZJ}", "expand minhang"], Mode.PILOT_AND_EXPAND),
    ],
)
def test_each_mode_is_derived(steps, mode):
    assert mode_of(history(*steps), Origin.LOCAL).mode is mode


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([], "No event"),
        (["rd minhang", "land minhang"], "no event in Zhangjiang"),
        (["rd pudong/lingang", "land minhang"], "no event in Zhangjiang"),
        (["rd abroad", "return minhang"], "no event in Zhangjiang"),
        ([f"rd {ZJ}"], "not landed yet"),
        ([f"rd {ZJ}", "expand suzhou"], "not landed yet"),
        ([f"rd {ZJ}", "move_out suzhou"], "It left on 2024-02-01 (Suzhou) and has not come back"),
        ([f"rd {ZJ}", "land hefei"], "has not come back"),
        ([f"rd {ZJ}", f"land {ZJ}", "move_out pudong"], "has not come back"),
        ([f"rd {ZJ}", "move_out wuxi", "return minhang", "move_out wuxi"], "It left on 2024-04-01"),
        ([f"land {ZJ}"], "no R&D in Zhangjiang"),
        ([f"land {ZJ}", f"rd {ZJ}"], "no R&D in Zhangjiang"),
    ],
)
def test_what_is_undetermined_says_why(steps, why):
    found = mode_of(history(*steps), Origin.ABROAD)
    assert found.mode is Mode.UNDETERMINED
    assert why in found.reason.text("en")
    assert found.reason.text("zh")


def test_events_of_one_day_are_read_in_the_order_of_a_life():
    day = date(2024, 1, 1)
    events = [Event(day, EventKind.LAND, "minhang"), Event(day, EventKind.RD, "pudong", "zhangjiang")]
    assert mode_of(events, Origin.LOCAL).mode is Mode.ZHANGJIANG_OTHER_DISTRICT
    assert mode_of(events[::-1], Origin.LOCAL) == mode_of(events, Origin.LOCAL)


def test_an_event_without_a_day_leaves_the_mode_open_and_is_named():
    events = [*history("rd pudong", "land minhang"), Event(None, EventKind.RD, "pudong", "zhangjiang")]
    found = mode_of(events, Origin.ABROAD)
    assert found.mode is Mode.UNDETERMINED
    assert found.reason.text("en").endswith("(R&D, zhangjiang (Pudong)): ask for it.")


def test_the_reason_names_days_and_places():
    found = mode_of(history(f"rd {ZJ}", "land minhang/a-park"), Origin.LOCAL)
    assert found.reason.text("en") == (
        "R&D in Zhangjiang since 2024-01-01, landed in another district on 2024-02-01: a-park (Minhang)."
    )
    assert found.reason.text("zh").endswith("a-park（闵行区）。")


@pytest.mark.parametrize(
    ("name", "key"),
    [("Pudong", "pudong"), (" 徐汇区 ", "xuhui"), ("Zhangjiang", "pudong"), ("苏州", None), ("hefei", None)],
)
def test_a_district_is_known_in_both_languages(name, key):
    assert place(name) == key


@pytest.mark.parametrize(
    "outside",
    "suzhou hangzhou wuxi hefei shenzhen abroad beijing 嘉兴 jiaxing jinan chongqing jiashan changxing"
    " kunshan changzhou zhenjiang foshan hongkong jingjiang zhoushan huangshan".split(),
)
def test_a_place_outside_is_not_taken_for_a_misspelt_district(outside):
    assert place(outside) is None


@pytest.mark.parametrize("name", ["", "shanghai", "上海", "pudng", "minhan"])
def test_a_district_that_cannot_be_placed_is_refused(name):
    with pytest.raises(PlaceError):
        place(name)


events_drawn = st.lists(
    st.builds(
        Event,
        st.dates(date(2024, 1, 1), date(2024, 1, 4)),
        st.sampled_from(EventKind),
        st.sampled_from(["pudong", "minhang", "suzhou", "abroad"]),
        st.sampled_from(["", "zhangjiang", "lingang"]),
    ),
    max_size=7,
)


@given(events_drawn, st.data())
def test_the_order_of_the_rows_never_matters(events, data):
    shuffled = data.draw(st.permutations(events))
    assert mode_of(shuffled, Origin.LOCAL) == mode_of(events, Origin.LOCAL)


@given(events_drawn)
def test_a_record_given_twice_changes_nothing(events):
    assert mode_of(events * 2, Origin.LOCAL).mode is mode_of(events, Origin.LOCAL).mode


@given(events_drawn)
def test_who_leaves_at_the_end_has_no_mode(events):
    gone = Event(date(2025, 1, 1), EventKind.MOVE_OUT, "suzhou")
    assert mode_of([*events, gone], Origin.LOCAL).mode is Mode.UNDETERMINED


@given(events_drawn)
def test_a_mode_needs_zhangjiang_and_a_determined_one_names_a_day(events):
    found = mode_of(events, Origin.LOCAL)
    if found.mode is not Mode.UNDETERMINED:
        assert any(event.district == "pudong" and event.park != "lingang" for event in events)
        assert any(event.on and event.on.isoformat() in found.reason.text("zh") for event in events)


@given(events_drawn)
def test_without_zhangjiang_there_is_no_mode(events):
    elsewhere = [event for event in events if event.district != "pudong" or event.park == "lingang"]
    assert mode_of(elsewhere, Origin.OUTSIDE).mode is Mode.UNDETERMINED
