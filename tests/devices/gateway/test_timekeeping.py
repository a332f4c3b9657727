from devices.clock import ManualClock
from devices.timekeeping import EARLIEST_MS, LinuxSource, Settled, Stamp, Stepped, Timekeeper

BOOT = "11111111-2222-3333-4444-555555555555"


class Kernel:
    def __init__(self, *, synchronised: bool = False, battery: bool = False) -> None:
        self.synchronised = synchronised
        self.battery = battery

    def is_synchronised(self) -> bool:
        return self.synchronised

    def has_battery(self) -> bool:
        return self.battery

    def boot(self) -> str:
        return BOOT


class SteppableClock(ManualClock):
    def step(self, ms: int) -> None:
        self._at_ms += ms


def test_the_kernels_word_is_asked() -> None:
    source = LinuxSource()
    assert source.is_synchronised() in (True, False)
    assert len(source.boot()) == 36


def test_the_quality_follows_the_kernel() -> None:
    clock = ManualClock()
    assert Timekeeper(clock, Kernel(synchronised=True), None).quality == "ntp"
    assert Timekeeper(clock, Kernel(battery=True), None).quality == "rtc"
    assert Timekeeper(clock, Kernel(), None).quality == "free"
    assert Timekeeper(ManualClock(EARLIEST_MS - 1), Kernel(battery=True), None).quality == "free"


def test_a_good_clocks_stamp_needs_nothing_else() -> None:
    clock = ManualClock(1_760_000_000_000)
    assert Timekeeper(clock, Kernel(synchronised=True), None).stamp() == Stamp(1_760_000_000_000, "ntp")


def test_free_stamps_run_on_whatever_the_wall_does_and_one_offset_corrects_them() -> None:
    clock, kernel = SteppableClock(1_000), Kernel()
    clock.advance(500)
    keeper = Timekeeper(clock, kernel, None)
    first = keeper.stamp()
    assert (first.clk, first.boot, first.mono) == ("free", BOOT, 500)
    clock.advance(60_000)
    clock.step(1_760_000_000_000)
    second = keeper.stamp()
    assert (second.at - first.at, second.mono) == (60_000, 60_500)
    kernel.synchronised = True
    news = keeper.look()
    assert isinstance(news, Settled)
    assert news.boot == BOOT
    assert second.at + news.offset == clock.at_ms()
    assert keeper.stamp().clk == "ntp"
    assert keeper.look() is None


def test_a_run_in_the_same_boot_goes_on_with_the_same_count() -> None:
    clock, kernel = SteppableClock(1_000), Kernel()
    before = Timekeeper(clock, kernel, None)
    clock.advance(10)
    clock.step(5_000_000)
    after = Timekeeper(clock, kernel, before.base)
    assert after.stamp() == before.stamp()


def test_a_clock_that_an_earlier_run_saw_set_is_not_free_again() -> None:
    assert Timekeeper(ManualClock(), Kernel(), None, was_set=True).quality == "rtc"
    assert Timekeeper(ManualClock(), Kernel(synchronised=True), None, was_set=True).quality == "ntp"


def test_a_run_goes_on_counting_until_a_time_server_ends_it() -> None:
    assert Timekeeper(ManualClock(), Kernel(battery=True), 5_000).quality == "free"
    assert Timekeeper(ManualClock(), Kernel(synchronised=True), 5_000).quality == "ntp"


def test_losing_the_time_server_does_not_free_a_clock_that_was_set() -> None:
    clock, kernel = ManualClock(), Kernel(synchronised=True)
    keeper = Timekeeper(clock, kernel, None)
    kernel.synchronised = False
    assert keeper.look() is None
    assert keeper.quality == "rtc"


def test_a_battery_that_appears_is_no_proof_for_a_free_clock() -> None:
    kernel = Kernel()
    keeper = Timekeeper(ManualClock(), kernel, None)
    kernel.battery = True
    keeper.look()
    assert keeper.quality == "free"


def test_a_step_of_a_good_clock_is_told_and_a_slow_one_is_not() -> None:
    clock = SteppableClock()
    keeper = Timekeeper(clock, Kernel(synchronised=True), None)
    clock.step(999)
    assert keeper.look() is None
    clock.step(-1_000)
    assert keeper.look() == Stepped(-1_000)
    assert keeper.look() is None
