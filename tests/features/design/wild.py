"""Files as clients send them, small enough to read: our own inventions."""

from __future__ import annotations

BILL = """Board X - Rev A - exported by somebody;;;;;
;;;;;
Menge;Bauteil;Wert;Gehäuse;Hersteller;Herstellernummer
3;R1-R3;10k;R_0402_1005Metric;Yageo;RC0402FR-0710KL
2;C1, C2;100n;C_0402_1005Metric;Murata;GRM155R71C104KA88D
2;U1;LDO 3.3V;SOT-23-5;Texas Instruments;TLV75533PDBVR
1;R9;0R;R_0402_1005Metric;Yageo;RC0402JR-070RL
""".encode("latin-1")
"""A preamble, German column names in Latin-1, semicolons, and one quantity that does not fit its designators.
"""

NEXT_BILL = (
    BILL.replace(b"RC0402FR-0710KL", b"CRCW040210K0FKED")
    .replace(b"Yageo;CRCW", b"Vishay;CRCW")
    .replace(b"2;C1, C2;", b"3;C1, C2, C3;")
    .replace(b"2;U1;", b"1;U1;")
)

PLACEMENT = b"""Designator,Layer,Mid X,Mid Y,Rotation,Footprint
R1,Top,2.5mm,3.0mm,0,R_0402_1005Metric
R2,Top,4.5mm,3.0mm,90,R_0402_1005Metric
R3,Top,6.5mm,3.0mm,180,R_0402_1005Metric
C1,Top,2.5mm,6.0mm,0,C_0402_1005Metric
C2,Bottom,4.5mm,6.0mm,0,C_0402_1005Metric
U1,Top,9.0mm,6.0mm,270,SOT-23-5
R9,Top,9.0mm,2.0mm,0,R_0402_1005Metric
"""
