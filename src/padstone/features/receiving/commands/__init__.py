"""The only code that writes suppliers' standing, purchase orders, certificates and receipts."""

from __future__ import annotations

from padstone.features.receiving.commands.arriving import Received, receive
from padstone.features.receiving.commands.certificates import Conformance, file_certificate
from padstone.features.receiving.commands.importing import OrdersReport, import_orders
from padstone.features.receiving.commands.ordering import Ordered, close_order, place_order
from padstone.features.receiving.commands.rules import decide_receiving, declare_maker
from padstone.features.receiving.commands.suppliers import decide_supplier, file_supplier_certificate

__all__ = [
    "Conformance",
    "Ordered",
    "OrdersReport",
    "Received",
    "close_order",
    "decide_receiving",
    "decide_supplier",
    "declare_maker",
    "file_certificate",
    "file_supplier_certificate",
    "import_orders",
    "place_order",
    "receive",
]
