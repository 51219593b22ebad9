"""The names of columns in the languages that clients' files come in, by what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NAMES: Final[Mapping[str, str]] = {
    "item": """id|item|item no|item number|item #|line|line no|line number|#|no|nr|pos|pos nr|position nr
        |lfd nr|ligne|repère n°|n°|序号|编号|项次|項番|番号|index|sl no|s no|seq|elemento|ítem|posición
        |poz|lp|n p|№|№ п/п|rij|n riga|riga|pos no|ref no|sr no|sl|s/n|zeile|zeilennr""",
    "designators": """customer reference|designators|designator|references|reference
        |reference designators|reference designator|reference(s)|references designators|ref designator
        |ref designators|refdes|ref des|ref desg|ref-des|refs|ref|reference des|component|components
        |component reference|location|part reference|schematic reference|part ref|parts|pos bezeichnung
        |bauteilname|bezeichner|referenz|referenzen|bauteil|bauteile|positionen|position im schaltplan
        |name|topologique|repère|repères|repere|reperes|référence topologique|désignateur|位号|标号
        |元件位号|元件标号|位置号|零件位号|位置|部品番号(回路)|リファレンス|部品記号|回路記号
        |ロケーション|シンボル|部品位置|参照番号|refdesignator|reference id|board designator|symbol
        |symbols|designation(s)|ref id|rep|reps|bez|bezeichn|einbauplatz|einbauort|einbauplätze
        |bauteil-bezeichner|schaltplanbezeichnung|designador|designadores|referencia|referencias
        |ref circuito|riferimento|riferimenti|sigla|sigle|designatore|referência|referências|designação
        |aanduiding|referentie|oznaczenie|oznaczenia|desygnator|označení|jelölés|обозначение
        |поз обозначение|позиционное обозначение|позиция|지정자|부품기호|레퍼런스|part id|part designator
        |component id|component name|component designator|comp name|comp ref|comp_name|ref_des
        |reference_designator|instance|instance name|part ref des|circuit reference|circuit ref
        |position ref|placement reference|bom reference""",
    "quantity": """quantity|qty|qnty|qtty|quant|quantity per board|qty per board|quantity per pcb
        |qty/board|qty per|quantity per|qty per pcb|qty per unit|count|amount|total qty|build quantity
        |component count|menge|anzahl|stück|stk|stückzahl|bestückmenge|quantité|qté|qte|nombre|nb|数量
        |用量|单机用量|单板用量|个数|数目|数|員数|個数|数量/台|使用数|units|used|cantidad|quantità|qtà
        |ctd|cant|cdad|unidades|quantita|q tà|q ta|qta|pezzi|pz|quantidade|qtd|qtde|aantal|ilość|ilosc
        |szt|množství|кол|кол во|количество|수량|qty each|each qty|qty per assembly|quantity per assembly
        |quantity required|required qty|qty required|req qty|quantity needed|qty needed|no of parts
        |number of parts|pcs|pieces|stückz|mng|menge pro stück|menge je baugruppe|qty per assy|qty/assy
        |quantity/assy|bom qty|bom quantity|用量/台|单台用量|每板用量|total quantity|order qty
        |order quantity""",
    "part_number": """part ipn|part_number|internal part number|internal pn|ipn|house part number
        |company part number|customer part number|customer pn|cpn|client part number|stock code|item code
        |material|material number|material no|inventory number|erp number|erp no|sap no|sap number|sap nr
        |artikelnummer|artikel nr|artikel|material nr|materialnummer|sachnummer|teilenummer|teile nr
        |ident nr|identnummer|référence interne|code article|code interne|référence article|article|料号
        |物料编码|物料号|物料代码|物料编号|品番|部品番号|部品コード|品目コード|社内品番|design item id
        |oem part number|our part number|our pn|our p/n|customer p/n|customer part no|client pn
        |client p/n|internal no|internal number|internal id|internal code|código interno|codigo interno
        |referencia interna|codice interno|codice articolo|codice|código|artikelcode|index materiałowy
        |артикул внутренний|komponente|komponentennummer|kundenartikelnummer|kunden artikelnr
        |kunden teilenummer|product number|product code|component number|item_code""",
    "mpn": """mpn|manufacturer part number|manufacturer part no|manufacturer part #|manufacturer pn
        |manufacturer p/n|manufacturer number|mfr part number|mfr part no|mfr part #|mfr pn|mfr p/n|mfr#
        |mfr no|mfg part number|mfg part no|mfg part #|mfg pn|mfg p/n|mfg#|mfgpn|mfrpn|manf#|manf pn
        |manf part number|man#|mnf#|manf_num|man_num|mfg_num|mfr_num|mnf_num|part_num|part#|p#
        |manufacturer_part_number|manufacturers part number|manufacturer's part number|vendor part number
        |maker part number|maker pn|partnum|hersteller nr|herstellernummer|hersteller teilenummer
        |hersteller artikelnummer|herstellerteilenummer|hersteller-teilenummer|herstellerbezeichnung
        |hersteller-nr|bestellbezeichnung|typ|référence fabricant|réf fabricant|ref fabricant
        |référence constructeur|référence du fabricant|制造商料号|厂家料号|原厂料号|厂商料号
        |制造商零件编号|制造商型号|生产厂家型号|厂家型号|型号|规格型号|メーカー型番|メーカー品番
        |メーカ型番|メーカ品番|型番|型式|型名|manufacturer part|manufacturer partno|mfr part|mfg part
        |mfr. part|manuf part|manuf part number|manufacturer item number|manufacturer item no
        |mfr item number|manufacturer code|manufacturer article number|manufacturer type|manufacturer ref
        |manufacturer reference|mfr ref|hersteller artikelnr|hersteller artikel nr
        |hersteller bestellnummer|hersteller typ|hersteller code|hersteller pn|hersteller-teilenr
        |herst nr|hst nr|nº de pieza del fabricante|número de pieza del fabricante
        |numero de parte del fabricante|número de parte|n de parte|código del fabricante
        |codigo del fabricante|referencia del fabricante|referencia fabricante|ref fabricante
        |codice produttore|codice costruttore|part number produttore|código do fabricante|fabrikantnummer
        |numer producenta|kod producenta|型号规格|物料型号|器件型号|元件型号|厂牌型号|製造元型番
        |メーカー部品番号|제조사 부품번호|제조사품번|артикул|артикул производителя|наименование""",
    "manufacturer": """manufacturer|manufacturers|manu|manufacturer name|manufacture|mfr|mfg|manf|mnf
        |mfr name|mfg name|maker|brand|vendor name|make|hersteller|herstellername|fabrikat|fabricant
        |constructeur|marque|制造商|厂家|厂商|品牌|生产厂家|生产商|原厂|メーカー|メーカ|メーカー名
        |メーカ名|製造元|fabricante|produttore|manuf|manufact|mfger|herst|fabricante/marca|marca
        |costruttore|fabrikant|producent|výrobce|производитель|изготовитель|제조사|厂牌|生产厂|制造厂
        |制造厂商""",
    "supplier": """supplier|supplier name|distributor|vendor|distributor name|lieferant|händler
        |distributeur|fournisseur|供应商|代理商|仕入先|商社|購入先|proveedor|fornitore|fornecedor
        |leverancier|dostawca|поставщик|공급사|distribuidor|sourcing|供货商""",
    "supplier_number": """supplier part number|supplier part no|supplier part|supplier part #|supplier pn
        |supplier p/n|supplier#|sku|distributor part number|distributor pn|order code|order number
        |order no|ordering code|digikey#|digikey|digikey part number|digi-key|digi-key part number
        |digikey pn|mouser#|mouser|mouser part number|farnell#|farnell|element14|rs#|lcsc#|lcsc|lcsc part
        |lcsc part #|lcsc part number|jlcpcb part #|jlcpcb part|jlc part|tme#|newark#|avnet#|arrow#
        |lieferanten nr|bestellnummer|bestell nr|lieferantennummer|référence fournisseur|réf fournisseur
        |供应商料号|供应商编号|商城编号|注文コード|発注番号|仕入先品番|lcsc part no|lcsc pn
        |jlcpcb part number|jlcpcb pn|digi-key pn|digikey part|mouser pn|mouser part|farnell pn
        |farnell order code|supplier number|supplier code|supplier reference|vendor part|vendor pn
        |vendor part no|vendor number|código proveedor|codice fornitore|numer dostawcy
        |lieferanten artikelnr|lieferanten bestellnr""",
    "description": """description|desc|part description|component description|item description
        |long description|specification|spec|comp_device_type|device|device type|bezeichnung|beschreibung
        |benennung|désignation|designation|libellé|描述|规格|名称|品名|物料名称|物料描述|规格描述|参数
        |说明|品名规格|元件描述|仕様|部品名|品名・仕様|名称・規格|説明|摘要|規格|title|descripción
        |descripcion|descrizione|descrição|omschrijving|opis|popis|описание|설명|item name
        |part description 1|type/description|artikelbezeichnung|元器件名称|器件名称|元件名称""",
    "value": """parttype|part type|value|val|comment|part value|component value|comp_value|wert|valeur|值
        |阻值|容值|标称值|定数|値|nominal|part name|valor|valore|waarde|wartość|hodnota|номинал|값
        |wert/typ|component_value|参数值""",
    "footprint": """partdecal|part decal|footprint|package|pkg|case|case code|case/package|footprints
        |pattern|pcb footprint|pcb decal|decal|package type|land pattern|comp_package|package/case
        |package / case|package reference|mounting|bauform|gehäuse|gehaeuse|gehäuseform|empreinte|boîtier
        |boitier|封装|封装形式|封装规格|封装类型|外形|パッケージ|フットプリント|形状|サイズ|encapsulado
        |huella|contenitore|impronta|encapsulamento|behuizing|obudowa|pouzdro|корпус|패키지|풋프린트
        |shape|symbol name|sym_name|comp package|geometry|housing|body|part shape|footprint name
        |pcb package|land pattern name|package name|pcb-footprint|bauformen|gehäusetyp""",
    "not_fitted": """dnp|dni|dnf|dns|dnl|nopop|no pop|no_pop|do not populate|do not install|do not fit
        |do not place|do not mount|not fitted|not populated|not mounted|exclude|exclude from board
        |nicht bestückt|nicht bestücken|non monté|ne pas monter|non câblé|不贴|不焊|空贴|未実装|実装不要
        |no montar|no poblar|no colocar|no montado|non montare|non montato|não montar|niet plaatsen
        |nie montować|neosazovat|не устанавливать|미실장|dnp?|dni?|dnf?|no fit|no load|noload|no mount
        |no place|nofit|omit|不装|空焊""",
    "fitted": """fitted|populate|populated|install|installed|mount|mounted|assemble|place|placed|fit
        |stuff|stuffed|population|stuffing option|bestückt|bestücken|bestückung|monté|à monter|câblé
        |是否贴装|是否焊接|贴装|実装|実装有無|à câbler|a câbler|a cabler|à implanter|à souder|montar
        |poblar|da montare|montare|montato|plaatsen|montować|устанавливать|실장|실장여부|fitted?
        |assembled|to be fitted|to be mounted|是否贴片|贴片|焊接|是否安装|安装|实装|assembly status
        |fit status|fitting|mount status""",
    "alternate": """alternate|alternates|alternative|alternatives|alt|alt pn|alternate part
        |alternate part number|alternate mpn|alternative mpn|alternative part number|substitute
        |substitutes|second source|2nd source|replacement|ersatz|ersatztyp|alternativtyp|alternativteil
        |zweitlieferant|équivalent|alternatif|替代料|替代料号|替代型号|替代|代替品|代替品番|代替|互換品""",
    "client_supplied": """client supplied|client_supplied|customer supplied|consigned|consignment
        |free issue|supplied by|cfm|furnished|customer furnished|beistellung|beigestellt|beistellteil
        |fourni|fourni client|fourni par le client|客供|客户提供|客供料|来料|支給|支給品|有償無償""",
    "attrition": """attrition|attrition %|scrap|scrap %|scrap factor|overage|overage %|wastage|loss
        |loss %|verschnitt|schwund|ausschuss|perte|损耗|损耗率|ロス|ロス率|余剰""",
    "variant": """variant|variants|assembly variant|option|options|config|variante|varianten|variantes
        |版本变型|变体|配置|バリアント|仕向""",
    "assembly": """assembly|sub assembly|sub-assembly|subassembly|sub_assembly|parent|parent item
        |parent assembly|baugruppe|sous-ensemble|ensemble|组件|子组件|父件|親部品|親品番|アセンブリ""",
    "level": """level|bom level|indent|ebene|stufe|niveau|层级|阶层|レベル|階層""",
    "comment": """comments|note|notes|remark|remarks|additional information|instruction|instructions
        |bemerkung|bemerkungen|kommentar|anmerkung|hinweis|commentaire|commentaires|remarque|remarques
        |observation|备注|注释|注记|備考|コメント|注記|特記|observaciones|notas|nota|nota bene
        |osservazioni|observações|opmerking|opmerkingen|uwagi|poznámka|примечание|примечания|비고""",
    "row_kind": """row kind""",
    "stated_rotation": """stated rotation""",
    "x": """x|x coord|x-coord|x coordinate|x-coordinate|pos x|posx|x pos|x position|mid x|midx|mid-x
        |center x|center-x|centerx|centre x|centre-x|x center|x centre|x loc|x-loc|x location|loc x
        |locationx|sym_x|symbol x|place x|x-koordinate|x koordinate|coordonnée x|x坐标|坐标x|中心x|贴片x
        |x座標|座標x|symbol_x|component x|comp_x|centroid x|placement x|coord x|x axis
        |component position x|position x|center x coord|x mid|x-mid|xmid|pos_x|loc_x|coord_x|coordx
        |xcoord|x_coord|centrex|midpoint x|mid point x|x origin|part x|x(mm)|xpos|x center coord|x offset
        |posición x|posizione x|координата x|x 좌표|centroid_x|sym x|geom x|x value|abs x|board x""",
    "y": """y|y coord|y-coord|y coordinate|y-coordinate|pos y|posy|y pos|y position|mid y|midy|mid-y
        |center y|center-y|centery|centre y|centre-y|y center|y centre|y loc|y-loc|y location|loc y
        |locationy|sym_y|symbol y|place y|y-koordinate|y koordinate|coordonnée y|y坐标|坐标y|中心y|贴片y
        |y座標|座標y|symbol_y|component y|comp_y|centroid y|placement y|coord y|y axis
        |component position y|position y|center y coord|y mid|y-mid|ymid|pos_y|loc_y|coord_y|coordy
        |ycoord|y_coord|centrey|midpoint y|mid point y|y origin|part y|y(mm)|ypos|y center coord|y offset
        |posición y|posizione y|координата y|y 좌표|centroid_y|sym y|geom y|y value|abs y|board y""",
    "rotation": """rotation|rot|angle|theta|orientation|orient|sym_rotate|rotate|degrees|deg
        |rotation(deg)|drehung|drehwinkel|winkel|rotation angle|orientierung|角度|旋转|旋转角度|方向|回転
        |回転角|回転角度|rotation degrees|component rotation|part rotation|rotación|rotacion|ángulo
        |angulo|rotazione|angolo|rotação|hoek|rotacja|kąt|поворот|угол|회전|orient deg|a deg|ang
        |angle deg|rotation ccw|rot angle|winkel grad|θ|r""",
    "side": """side|layer|tb|t/b|top/bottom|board side|pcb side|mount side|placement side|layer name
        |seite|lage|ebene/seite|bestückseite|côté|face|couche|层|面|板面|层面|贴装面|面别|正反面|実装面
        |面(表裏)|表裏|surface|cara|lado|capa|lato|zijde|strona|strana|сторона|слой|면|top or bottom
        |component side|mounting side|placement layer|comp side|pcb layer|mount layer|t or b
        |bestückungsseite|location side|component layer""",
    "mirror": """mirror|mirrored|sym_mirror|spiegelung|gespiegelt|miroir|镜像|ミラー|mirror?|is mirrored
        |mirror x|espejo|specchio|flipped|flip|mirrored?""",
    "fiducial": """fiducial|is fiducial|passermarke|mire|基准点|フィデューシャル""",
}
"""Parted by bars; the first meaning that claims a name keeps it."""
