"""Where work happens: site, line, station, the endpoint that speaks for a station, feeder locations."""
