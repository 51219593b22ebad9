"""The words by which columns are called, in the languages that clients' files come in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final


class Meaning(StrEnum):
    """What a column says."""

    ITEM = "item"
    DESIGNATORS = "designators"
    QUANTITY = "quantity"
    PART_NUMBER = "part_number"
    """The house's or the client's own number."""

    MPN = "mpn"
    MANUFACTURER = "manufacturer"
    SUPPLIER = "supplier"
    SUPPLIER_NUMBER = "supplier_number"
    DESCRIPTION = "description"
    VALUE = "value"
    FOOTPRINT = "footprint"
    NOT_FITTED = "not_fitted"
    FITTED = "fitted"
    ALTERNATE = "alternate"
    CLIENT_SUPPLIED = "client_supplied"
    ATTRITION = "attrition"
    VARIANT = "variant"
    ASSEMBLY = "assembly"
    LEVEL = "level"
    COMMENT = "comment"
    X = "x"
    Y = "y"
    ROTATION = "rotation"
    SIDE = "side"
    MIRROR = "mirror"
    FIDUCIAL = "fiducial"
    ROW_KIND = "row_kind"
    """Only in files that this product wrote: each row says what it is, and nothing needs guessing."""

    STATED_ROTATION = "stated_rotation"
    """Only in files that this product wrote: the turn as the first file had it."""

    IGNORED = ""
    """Kept as it stands, and read as nothing."""


_NAMES: Final[Mapping[Meaning, str]] = {
    Meaning.ITEM: """id|item|item no|item number|item #|line|line no|line number|#|no|nr|pos|pos nr
        |position nr|lfd nr|ligne|repère n°|n°|序号|编号|项次|項番|番号|index|sl no|s no|seq""",
    Meaning.DESIGNATORS: """customer reference|designators|designator|references|reference
        |reference designators|reference designator|reference(s)|references designators|ref designator
        |ref designators|refdes|ref des|ref desg|ref-des|refs|ref|reference des|component|components
        |component reference|location|part reference|schematic reference|part ref|parts|pos bezeichnung
        |bauteilname|bezeichner|referenz|referenzen|bauteil|bauteile|positionen|position im schaltplan
        |name|topologique|repère|repères|repere|reperes|référence topologique|désignateur|位号|标号
        |元件位号|元件标号|位置号|零件位号|位置|部品番号(回路)|リファレンス|部品記号|回路記号
        |ロケーション|シンボル|部品位置|参照番号|refdesignator|reference id|board designator|symbol
        |symbols|designation(s)|ref id""",
    Meaning.QUANTITY: """quantity|qty|qnty|qtty|quant|quantity per board|qty per board|quantity per pcb
        |qty/board|qty per|quantity per|qty per pcb|qty per unit|count|amount|total qty|build quantity
        |component count|menge|anzahl|stück|stk|stückzahl|bestückmenge|quantité|qté|qte|nombre|nb|数量
        |用量|单机用量|单板用量|个数|数目|数|員数|個数|数量/台|使用数|units|used|cantidad|quantità|qtà""",
    Meaning.PART_NUMBER: """part ipn|part_number|internal part number|internal pn|ipn|house part number
        |company part number|customer part number|customer pn|cpn|client part number|stock code
        |item code|material|material number|material no|inventory number|erp number|erp no|sap no
        |sap number|sap nr|artikelnummer|artikel nr|artikel|material nr|materialnummer|sachnummer
        |teilenummer|teile nr|ident nr|identnummer|référence interne|code article|code interne
        |référence article|article|料号|物料编码|物料号|物料代码|物料编号|品番|部品番号|部品コード
        |品目コード|社内品番|design item id|oem part number""",
    Meaning.MPN: """mpn|manufacturer part number|manufacturer part no|manufacturer part #
        |manufacturer pn|manufacturer p/n|manufacturer number|mfr part number|mfr part no|mfr part #
        |mfr pn|mfr p/n|mfr#|mfr no|mfg part number|mfg part no|mfg part #|mfg pn|mfg p/n|mfg#|mfgpn
        |mfrpn|manf#|manf pn|manf part number|man#|mnf#|manf_num|man_num|mfg_num|mfr_num|mnf_num
        |part_num|part#|p#|manufacturer_part_number|manufacturers part number|manufacturer's part number
        |vendor part number|maker part number|maker pn|partnum|hersteller nr|herstellernummer
        |hersteller teilenummer|hersteller artikelnummer|herstellerteilenummer|hersteller-teilenummer
        |herstellerbezeichnung|hersteller-nr|bestellbezeichnung|typ|référence fabricant|réf fabricant
        |ref fabricant|référence constructeur|référence du fabricant|制造商料号|厂家料号|原厂料号
        |厂商料号|制造商零件编号|制造商型号|生产厂家型号|厂家型号|型号|规格型号|メーカー型番
        |メーカー品番|メーカ型番|メーカ品番|型番|型式|型名""",
    Meaning.MANUFACTURER: """manufacturer|manufacturers|manu|manufacturer name|manufacture|mfr|mfg|manf
        |mnf|mfr name|mfg name|maker|brand|vendor name|make|hersteller|herstellername|fabrikat|fabricant
        |constructeur|marque|制造商|厂家|厂商|品牌|生产厂家|生产商|原厂|メーカー|メーカ|メーカー名
        |メーカ名|製造元|fabricante|produttore""",
    Meaning.SUPPLIER: """supplier|supplier name|distributor|vendor|distributor name|lieferant|händler
        |distributeur|fournisseur|供应商|代理商|仕入先|商社|購入先""",
    Meaning.SUPPLIER_NUMBER: """supplier part number|supplier part no|supplier part|supplier part #
        |supplier pn|supplier p/n|supplier#|sku|distributor part number|distributor pn|order code
        |order number|order no|ordering code|digikey#|digikey|digikey part number|digi-key
        |digi-key part number|digikey pn|mouser#|mouser|mouser part number|farnell#|farnell|element14
        |rs#|lcsc#|lcsc|lcsc part|lcsc part #|lcsc part number|jlcpcb part #|jlcpcb part|jlc part|tme#
        |newark#|avnet#|arrow#|lieferanten nr|bestellnummer|bestell nr|lieferantennummer
        |référence fournisseur|réf fournisseur|供应商料号|供应商编号|商城编号|注文コード|発注番号
        |仕入先品番""",
    Meaning.DESCRIPTION: """description|desc|part description|component description|item description
        |long description|specification|spec|comp_device_type|device|device type|bezeichnung
        |beschreibung|benennung|désignation|designation|libellé|描述|规格|名称|品名|物料名称|物料描述
        |规格描述|参数|说明|品名规格|元件描述|仕様|部品名|品名・仕様|名称・規格|説明|摘要|規格|title""",
    Meaning.VALUE: """parttype|part type|value|val|comment|part value|component value|comp_value|wert
        |valeur|值|阻值|容值|标称值|定数|値|nominal|part name""",
    Meaning.FOOTPRINT: """partdecal|part decal|footprint|package|pkg|case|case code|case/package
        |footprints|pattern|pcb footprint|pcb decal|decal|package type|land pattern|comp_package
        |package/case|package / case|package reference|mounting|bauform|gehäuse|gehaeuse|gehäuseform
        |empreinte|boîtier|boitier|封装|封装形式|封装规格|封装类型|外形|パッケージ|フットプリント|形状
        |サイズ""",
    Meaning.NOT_FITTED: """dnp|dni|dnf|dns|dnl|nopop|no pop|no_pop|do not populate|do not install
        |do not fit|do not place|do not mount|not fitted|not populated|not mounted|exclude
        |exclude from board|nicht bestückt|nicht bestücken|non monté|ne pas monter|non câblé|不贴|不焊
        |空贴|未実装|実装不要""",
    Meaning.FITTED: """fitted|populate|populated|install|installed|mount|mounted|assemble|place|placed
        |fit|stuff|stuffed|population|stuffing option|bestückt|bestücken|bestückung|monté|à monter|câblé
        |是否贴装|是否焊接|贴装|実装|実装有無""",
    Meaning.ALTERNATE: """alternate|alternates|alternative|alternatives|alt|alt pn|alternate part
        |alternate part number|alternate mpn|alternative mpn|alternative part number|substitute
        |substitutes|second source|2nd source|replacement|ersatz|ersatztyp|alternativtyp|alternativteil
        |zweitlieferant|équivalent|alternatif|替代料|替代料号|替代型号|替代|代替品|代替品番|代替|互換品""",
    Meaning.CLIENT_SUPPLIED: """client supplied|client_supplied|customer supplied|consigned|consignment
        |free issue|supplied by|cfm|furnished|customer furnished|beistellung|beigestellt|beistellteil
        |fourni|fourni client|fourni par le client|客供|客户提供|客供料|来料|支給|支給品|有償無償""",
    Meaning.ATTRITION: """attrition|attrition %|scrap|scrap %|scrap factor|overage|overage %|wastage
        |loss|loss %|verschnitt|schwund|ausschuss|perte|损耗|损耗率|ロス|ロス率|余剰""",
    Meaning.VARIANT: """variant|variants|assembly variant|option|options|config|variante|varianten
        |variantes|版本变型|变体|配置|バリアント|仕向""",
    Meaning.ASSEMBLY: """assembly|sub assembly|sub-assembly|subassembly|sub_assembly|parent|parent item
        |parent assembly|baugruppe|sous-ensemble|ensemble|组件|子组件|父件|親部品|親品番|アセンブリ""",
    Meaning.LEVEL: """level|bom level|indent|ebene|stufe|niveau|层级|阶层|レベル|階層""",
    Meaning.COMMENT: """comments|note|notes|remark|remarks|additional information|instruction
        |instructions|bemerkung|bemerkungen|kommentar|anmerkung|hinweis|commentaire|commentaires
        |remarque|remarques|observation|备注|注释|注记|備考|コメント|注記|特記""",
    Meaning.ROW_KIND: "row kind",
    Meaning.STATED_ROTATION: "stated rotation",
    Meaning.X: """x|x coord|x-coord|x coordinate|x-coordinate|pos x|posx|x pos|x position|mid x|midx
        |mid-x|center x|center-x|centerx|centre x|centre-x|x center|x centre|x loc|x-loc|x location
        |loc x|locationx|sym_x|symbol x|place x|x-koordinate|x koordinate|coordonnée x|x坐标|坐标x|中心x
        |贴片x|x座標|座標x|symbol_x|component x|comp_x|centroid x|placement x|coord x|x axis""",
    Meaning.Y: """y|y coord|y-coord|y coordinate|y-coordinate|pos y|posy|y pos|y position|mid y|midy
        |mid-y|center y|center-y|centery|centre y|centre-y|y center|y centre|y loc|y-loc|y location
        |loc y|locationy|sym_y|symbol y|place y|y-koordinate|y koordinate|coordonnée y|y坐标|坐标y|中心y
        |贴片y|y座標|座標y|symbol_y|component y|comp_y|centroid y|placement y|coord y|y axis""",
    Meaning.ROTATION: """rotation|rot|angle|theta|orientation|orient|sym_rotate|rotate|degrees|deg
        |rotation(deg)|drehung|drehwinkel|winkel|rotation angle|orientierung|角度|旋转|旋转角度|方向
        |回転|回転角|回転角度|rotation degrees""",
    Meaning.SIDE: """side|layer|tb|t/b|top/bottom|board side|pcb side|mount side|placement side
        |layer name|seite|lage|ebene/seite|bestückseite|côté|face|couche|层|面|板面|层面|贴装面|面别
        |正反面|実装面|面(表裏)|表裏|surface""",
    Meaning.MIRROR: """mirror|mirrored|sym_mirror|spiegelung|gespiegelt|miroir|镜像|ミラー""",
    Meaning.FIDUCIAL: """fiducial|is fiducial|passermarke|mire|基准点|フィデューシャル""",
}
_UNIT: Final = re.compile(
    r"[(\[/_ ]+(mm|mil|mils|inch|inches|in|µm|um|millimeters?|deg|degrees|°|pcs)[)\]]?$"
)
_NUMBERED: Final = re.compile(r"^(.+?)[ _]?\(?([1-9])\)?$")
_LEADING: Final = re.compile(
    r"^(manufacturer|mfr|mfg|manf|maker|hersteller|supplier|distributor|vendor|lieferant|alternate|alternative|alt"
    r"|approved manufacturer|second source)[ _]?([1-9])[ _]?(.*)$"
)
GENERAL_NUMBER: Final = (
    "part number",
    "part no",
    "part #",
    "part num",
    "p/n",
    "pn",
    "part",
    "partnumber",
    "part-number",
    "number",
)
"""A house's own number where another column holds the maker's; else the maker's own."""


_WEAK: Final = frozenset(
    (
        "device",
        "device type",
        "comp device type",
        "name",
        "title",
        "component",
        "parts",
        "part type",
        "parttype",
        "规格",
        "designation",
    )
)
"""Names that tools use for other things too."""


def is_weak(word: str) -> bool:
    """Whether another column's name that says the same is to be preferred to this one."""
    return word in _WEAK


def normal(name: str) -> str:
    """A column's name as the vocabulary writes it: NFKC, lower case, one space for dots, dashes and
    underlines.
    """
    folded = unicodedata.normalize("NFKC", name).casefold().replace("*", " ")
    return re.sub(r"[\s_.:\-]+", " ", folded).strip()


@cache
def _meanings() -> Mapping[str, Meaning]:
    table: dict[str, Meaning] = {}
    for meaning, names in _NAMES.items():
        for name in names.split("|"):
            table.setdefault(normal(name), meaning)
    return table


@cache
def meaning_of(name: str) -> tuple[Meaning, int, str]:
    """What a column of that name says, the pair it belongs to (``MPN 2``: 2; else 1), and the word that told.

    ``Meaning.IGNORED`` where no word is known.
    """
    word = normal(name)
    if found := _word(word):
        return found, 1, word
    if (bare := _UNIT.sub("", word)) != word and (found := _word(bare)):
        return found, 1, bare
    if match := _LEADING.match(word):
        rest = f"{match[1]} {match[3]}".strip() if match[3] else match[1]
        if found := _word(rest):
            return found, int(match[2]), rest
    if (match := _NUMBERED.match(word)) and (found := _word(match[1].strip())):
        return found, int(match[2]), match[1].strip()
    return _by_parts(word)


def _word(word: str) -> Meaning | None:
    return _meanings().get(word) or _meanings().get(word.replace(" ", ""))


def _by_parts(word: str) -> tuple[Meaning, int, str]:
    """A name in two languages (“位号 Designator”, “Qty / Menge”) or with an explanation in brackets."""
    for part in re.split(r"[/\n()（）\[\]【】|]| (?=[^\x00-\x7f])|(?<=[^\x00-\x7f]) ", word):
        if part.strip() and (found := _word(part.strip())):
            return found, 1, part.strip()
    return Meaning.IGNORED, 1, ""


def is_general_number(name: str) -> bool:
    """Whether the name says “part number” without saying whose."""
    word = normal(name)
    return word in GENERAL_NUMBER or word.replace(" ", "") in GENERAL_NUMBER


def knows(name: str) -> bool:
    """Whether it is the name of a column in any of the languages."""
    return meaning_of(name)[0] is not Meaning.IGNORED or is_general_number(name)
