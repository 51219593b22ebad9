"""The solder paste printer."""

from __future__ import annotations

from datetime import timedelta

from padstone.cfx import (
    PeriodicCleaning,
    ProcessingResult,
    Separation,
    SolderPastePrintingPCBProcessData,
    Stroke,
    UnitsProcessed,
    format_span,
)
from padstone.simulator.messages import Transaction
from padstone.simulator.station import Station, Work
from padstone.simulator.timeline import SECOND


class Printer(Station):
    """Prints one panel with one stroke, forwards and backwards in turn, and reports what it did."""

    def work(self, work: Transaction) -> Work:
        seconds = 14 + self.random.random()
        yield int(seconds * SECOND)
        stroke = Stroke(
            print_pressure=round(6.0 + self.random.gauss(0, 0.05), 2),
            print_speed=round(45 + self.random.gauss(0, 0.3), 1),
        )
        self.endpoint.say(
            UnitsProcessed(
                transaction_id=work.identifier,
                overall_result=ProcessingResult.Succeeded,
                common_process_data=SolderPastePrintingPCBProcessData(
                    strokes=[stroke],
                    separation=Separation(separation_speed=2.0, separation_distance=3.0),
                    periodic_cleanings=[PeriodicCleaning(clean_frequency=10, clean_mode="W")],
                    recipe_name=work.recipe,
                    offset_x=round(self.random.gauss(0, 0.008), 4),
                    offset_y=round(self.random.gauss(0, 0.008), 4),
                    offset_theta=round(self.random.gauss(0, 0.002), 4),
                    first_print_direction="FrontToRear" if work.panel.number % 2 else "RearToFront",
                    cycle_time=format_span(timedelta(milliseconds=int(seconds * 1000))),
                ),
                unit_process_data=[],
            )
        )
