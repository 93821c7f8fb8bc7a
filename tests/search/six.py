"""Twelve letters in six languages, each saying the same in all of them: what no source at hand states, made for tests.

The year 2999 in the symbols says so. The sentences are real-shaped: Arabic with articles, plurals, vowel marks and its
own digits, Chinese with full-width digits, French with elisions, Russian with ё, Spanish with ñ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.debates import Speech
from domain.documents import Document, DocumentText, document_id, text_id
from domain.facts import Pending
from tests import council

SOURCE: Final = "supposed"

SPEECH: Final = Speech.nth("S/PV.9410", 12)
"""A statement of which six languages are at hand; what it says is that of letter 3."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: language → title, language → text. Its number is its place, from 1."""

    titles: dict[str, str]
    texts: dict[str, str]


def _letter(**languages: tuple[str, str]) -> Letter:
    return Letter(
        {language: title for language, (title, _) in languages.items()},
        {language: text for language, (_, text) in languages.items()},
    )


LETTERS: Final = (
    _letter(
        ar=(
            "مرور القوافل الإنسانية",
            "يطلب المجلس إلى الأطراف كافة أن تفتح المعابر أمام قوافل المساعدة. "
            "وتصل الأغذية إلى المدن المحاصرة كل أسبوع.",
        ),
        zh=("人道车队的通行", "安理会要求各方为援助车队开放过境点。每周都有粮食运抵被围困的城市。"),
        en=(
            "Passage of humanitarian convoys",
            "The Council asks all parties to open the crossings to aid convoys. "
            "Food reaches the besieged towns each week.",
        ),
        fr=(
            "Passage des convois humanitaires",
            "Le Conseil demande à toutes les parties d’ouvrir les points de passage aux convois d’aide. "
            "Des vivres parviennent chaque semaine aux villes assiégées.",
        ),
        ru=(
            "Проход гуманитарных колонн",
            "Совет просит все стороны открыть пункты пропуска для колонн с помощью. "
            "Продовольствие каждую неделю доходит до осаждённых городов.",
        ),
        es=(
            "Paso de los convoyes humanitarios",
            "El Consejo pide a todas las partes que abran los pasos a los convoyes de ayuda. "
            "Los alimentos llegan cada semana a las ciudades sitiadas.",
        ),
    ),
    _letter(
        ar=(
            "المرأة على طاولة المفاوضات",
            "لم تجلس إلى الطاولة سوى امرأتين منذ اعتماد القرار ١٣٢٥. ويدعو الوسيط النساء إلى رئاسة نصف الأفرقة.",
        ),
        zh=("谈判桌上的妇女", "自第１３２５号决议通过以来，只有两名妇女坐到谈判桌前。调解人邀请妇女主持半数小组。"),
        en=(
            "Women at the negotiating table",
            "Since resolution 1325 was adopted only two women have sat at the table. "
            "The mediator invites women to lead half of the teams.",
        ),
        fr=(
            "Les femmes à la table des négociations",
            "Depuis l’adoption de la résolution 1325, deux femmes seulement ont pris place à la table. "
            "Le médiateur invite les femmes à diriger la moitié des équipes.",
        ),
        ru=(
            "Женщины за столом переговоров",
            "Со времени принятия резолюции 1325 за столом сидели лишь две женщины. "
            "Посредник приглашает женщин возглавить половину групп.",
        ),
        es=(
            "Las mujeres en la mesa de negociación",
            "Desde que se aprobó la resolución 1325 solo dos mujeres se han sentado a la mesa. "
            "El mediador invita a las mujeres a dirigir la mitad de los equipos.",
        ),
    ),
    _letter(
        ar=(
            "تسريح الأطفال الجنود",
            "أفرجت الجماعات المسلحة عن ستين طفلا. ويعود الأولاد والبنات إلى المدارس قبل نهاية السنة.",
        ),
        zh=("儿童兵的复员", "武装团体释放了六十名儿童。男孩和女孩将在年底前重返学校。"),
        en=(
            "Release of child soldiers",
            "The armed groups have let sixty children go. Boys and girls return to school before the year's end.",
        ),
        fr=(
            "Démobilisation des enfants soldats",
            "Les groupes armés ont relâché soixante enfants. "
            "Garçons et filles retrouvent l’école avant la fin de l’année.",
        ),
        ru=(
            "Освобождение детей-солдат",
            "Вооружённые группы отпустили шестьдесят детей. Мальчики и девочки вернутся в школу до конца года.",
        ),
        es=(
            "Desmovilización de los niños soldados",
            "Los grupos armados han dejado ir a sesenta niños. Niños y niñas vuelven a la escuela antes de fin de año.",
        ),
    ),
    _letter(
        ar=(
            "إزالة الألغام من الحقول",
            "ما زالت الألغام تقتل المزارعين في الوادي. وتدرب الأمم المتحدة فرقا محلية على تطهير الأرض.",
        ),
        zh=("清除田间地雷", "地雷仍在谷地夺去农民的生命。联合国正在训练当地小队清理土地。"),
        en=(
            "Clearing mines from the fields",
            "Mines still kill farmers in the valley. The United Nations trains local teams to make the land safe.",
        ),
        fr=(
            "Déminage des champs",
            "Les mines tuent encore des paysans dans la vallée. "
            "L’ONU forme des équipes locales au nettoyage des terres.",
        ),
        ru=(
            "Разминирование полей",
            "Мины всё ещё убивают крестьян в долине. "
            "Организация Объединённых Наций обучает местные отряды очистке земель.",
        ),
        es=(
            "Desminado de los campos",
            "Las minas siguen matando a campesinos en el valle. "
            "Las Naciones Unidas adiestran a equipos locales para limpiar la tierra.",
        ),
    ),
    _letter(
        ar=(
            "الجفاف والأمن",
            "جفت الآبار ثلاثة فصول متتالية. ويزيد الجفاف من التنافس على المراعي بين الرعاة، فيهدد السلام والأمن.",
        ),
        zh=("干旱与安全", "水井连续三季干涸。干旱加剧了牧民对草场的争夺，威胁和平与安全。"),
        en=(
            "Drought and security",
            "The wells have been dry for three seasons. "
            "Drought sharpens the contest of herders for pasture and threatens peace and security.",
        ),
        fr=(
            "Sécheresse et sécurité",
            "Les puits sont à sec depuis trois saisons. La sécheresse avive la rivalité des éleveurs pour l’herbe "
            "et menace la paix et la sécurité.",
        ),
        ru=(
            "Засуха и безопасность",
            "Колодцы пусты третий сезон подряд. "
            "Засуха обостряет споры пастухов о пастбищах и угрожает миру и безопасности.",
        ),
        es=(
            "Sequía y seguridad",
            "Los pozos llevan tres temporadas secos. "
            "La sequía agrava la disputa de los pastores por los pastos y amenaza la paz y la seguridad.",
        ),
    ),
    _letter(
        ar=(
            "القرصنة قبالة الساحل",
            "خطف القراصنة سفينة صيد ليلا. وترافق الفرقاطات الآن السفن التجارية عبر المضيق.",
        ),
        zh=("沿海的海盗行为", "海盗在夜间劫持了一艘渔船。护卫舰现在护送商船通过海峡。"),
        en=(
            "Piracy off the coast",
            "Pirates seized a fishing vessel by night. Frigates now escort merchant ships through the strait.",
        ),
        fr=(
            "Piraterie au large des côtes",
            "Des pirates se sont emparés de nuit d’un bateau de pêche. "
            "Des frégates escortent désormais les navires marchands dans le détroit.",
        ),
        ru=(
            "Пиратство у побережья",
            "Ночью пираты захватили рыболовное судно. Теперь торговые суда идут через пролив под охраной фрегатов.",
        ),
        es=(
            "Piratería frente a la costa",
            "Unos piratas se apoderaron de noche de un pesquero. "
            "Las fragatas escoltan ahora a los buques mercantes por el estrecho.",
        ),
    ),
    _letter(
        ar=(
            "مراقبة الانتخابات",
            "فتحت مكاتب الاقتراع في الموعد المحدد. وأفاد المراقبون بأن الناخبين صوتوا في هدوء.",
        ),
        zh=("选举观察", "投票站按时开放。观察员报告说，选民平静地投了票。"),
        en=(
            "Observation of the elections",
            "The polling stations opened on time. The observers report that voters cast their ballots calmly.",
        ),
        fr=(
            "Observation des élections",
            "Les bureaux de vote ont ouvert à l’heure. Les observateurs rapportent que les électeurs ont voté "
            "dans le calme.",
        ),
        ru=(
            "Наблюдение за выборами",
            "Избирательные участки открылись вовремя. Наблюдатели сообщают, что избиратели голосовали спокойно.",
        ),
        es=(
            "Observación de las elecciones",
            "Los colegios electorales abrieron a tiempo. "
            "Los observadores informan de que los votantes acudieron con calma.",
        ),
    ),
    _letter(
        ar=(
            "سحب حفظة السلام",
            "يغادر آخر حفظة السلام الجزيرة في الربيع وفقا لقرارات المجلس. وتتولى الشرطة الوطنية حماية المدنيين.",
        ),
        zh=("维持和平人员的撤离", "根据安理会各项决议，最后一批维和人员将于春季离开该岛。国家警察将负责保护平民。"),
        en=(
            "Withdrawal of the peacekeepers",
            "The last peacekeepers leave the island in spring, as the Council's resolutions provide. "
            "The national police takes over the protection of civilians.",
        ),
        fr=(
            "Retrait des Casques bleus",
            "Les derniers Casques bleus quittent l’île au printemps, comme le prévoient les résolutions du Conseil. "
            "La police nationale assure désormais la protection des civils.",
        ),
        ru=(
            "Вывод миротворцев",
            "Последние миротворцы покидают остров весной, как предусмотрено резолюциями Совета. "
            "Защиту гражданских лиц берёт на себя национальная полиция.",
        ),
        es=(
            "Retirada del personal de paz",
            "Los últimos cascos azules dejan la isla en primavera, como disponen las resoluciones del Consejo. "
            "La policía nacional asume la protección de los civiles.",
        ),
    ),
    _letter(
        ar=(
            "تجميد الأصول وحظر الأسلحة",
            "صدر قَرَارٌ بتمديد الجزاءات سنة واحدة. ويبقى تجميد الأصول وحظر الأسلحة ساريين حتى نهاية المدة.",
        ),
        zh=("资产冻结和武器禁运", "一项决议将制裁延长一年。资产冻结和武器禁运在期满前继续有效。"),
        en=(
            "Asset freeze and arms embargo",
            "A resolution extends the sanctions by one year. "
            "The asset freeze and the arms embargo stay in force until the term ends.",
        ),
        fr=(
            "Gel des avoirs et embargo sur les armes",
            "Une résolution proroge les sanctions d’un an. "
            "Le gel des avoirs et l’embargo sur les armes restent en vigueur jusqu’au terme.",
        ),
        ru=(
            "Замораживание активов и оружейное эмбарго",
            "Резолюция продлевает санкции на один год. "
            "Замораживание активов и оружейное эмбарго остаются в силе до истечения срока.",
        ),
        es=(
            "Congelación de activos y embargo de armas",
            "Una resolución prorroga las sanciones un año. "
            "La congelación de activos y el embargo de armas siguen en vigor hasta que acabe el plazo.",
        ),
    ),
    _letter(
        ar=(
            "رصد وقف إطلاق النار",
            "صمد وقف إطلاق النار أسبوعين. ويرجو رئيس البعثة اتخاذ قرار بشأن مراكز المراقبة على التلال.",
        ),
        zh=("监测停火", "停火已维持两周。特派团团长希望就山上的观察哨作出决定。"),
        en=(
            "Monitoring of the ceasefire",
            "The ceasefire has held for two weeks. The head of mission hopes for a decision on the posts in the hills.",
        ),
        fr=(
            "Surveillance du cessez-le-feu",
            "Le cessez-le-feu tient depuis deux semaines. "
            "Le chef de la mission espère une décision sur les postes des collines.",
        ),
        ru=(
            "Наблюдение за прекращением огня",
            "Прекращение огня соблюдается две недели. Глава миссии надеется на решение о постах на холмах.",
        ),
        es=(
            "Vigilancia del alto el fuego",
            "El alto el fuego se mantiene desde hace dos semanas. "
            "El jefe de la misión espera una decisión sobre los puestos de las colinas.",
        ),
    ),
    _letter(
        ar=(
            "حماية الصحفيين",
            "اعتقل الصحفيون عند الحدود ثم أطلق سراحهم. ومن يكتب عن الحرب لا يجوز أن يصبح هدفا لها.",
        ),
        zh=("保护记者", "记者在边境被拘留，随后获释。报道战争的人不得成为战争的目标。"),
        en=(
            "Protection of journalists",
            "The journalists were held at the border, then freed. Who writes of a war must not become its target.",
        ),
        fr=(
            "Protection des journalistes",
            "Les journalistes ont été retenus à la frontière, puis libérés. "
            "Qui écrit sur la guerre ne doit pas en devenir la cible.",
        ),
        ru=(
            "Защита журналистов",
            "Журналистов задержали на границе, затем отпустили. Кто пишет о войне, не должен становиться её целью.",
        ),
        es=(
            "Protección de los periodistas",
            "Los periodistas fueron retenidos en la frontera y luego liberados. "
            "Quien escribe sobre la guerra no debe ser su blanco.",
        ),
    ),
    _letter(
        ar=(
            "عودة اللاجئين",
            "عاد اللاجئون إلى قراهم بعد سبع سنوات. ويحتاج العائدون إلى البذور والمأوى ووثائق الهوية قبل الشتاء.",
        ),
        zh=("难民的返回", "难民在七年后回到自己的村庄。返回者在冬季来临前需要种子、住所和身份证件。"),
        en=(
            "Return of the refugees",
            "The refugees came home to their villages after seven years. "
            "Those who return need seed, shelter and papers before winter.",
        ),
        fr=(
            "Retour des réfugiés",
            "Les réfugiés ont regagné leurs villages après sept ans. "
            "Ceux qui rentrent ont besoin de semences, d’abris et de papiers avant l’hiver.",
        ),
        ru=(
            "Возвращение беженцев",
            "Беженцы вернулись в свои деревни через семь лет. "
            "До зимы тем, кто возвращается, нужны семена, жильё и документы.",
        ),
        es=(
            "Regreso de los refugiados",
            "Los refugiados volvieron a sus aldeas después de siete años. "
            "Quienes regresan necesitan semillas, techo y documentos antes del invierno.",
        ),
    ),
)
"""What the letters S/2999/1 to S/2999/12 say."""


def letter(number: int) -> str:
    """The record of a letter, by its number."""
    return document_id(f"S/2999/{number}")


def published(about: str, language: str, text: str, title: str | None = None, version: int = 1) -> Pending:
    """A text in one language about a record."""
    claims = DocumentText(about=about, language=language, version=version, title=title, text=text)
    return council.fact(text_id(about, language, version), "published", claims, SOURCE)


def six() -> list[Pending]:
    """The twelve letters, a day each in January 2024, and one statement, with their texts in six languages."""
    told: list[Pending] = []
    for number, said in enumerate(LETTERS, 1):
        symbol, record = f"S/2999/{number}", letter(number)
        claims = Document(symbol=symbol, type="letter", date=f"2024-01-{number:02d}", languages=list(said.texts))
        told.append(council.fact(record, "issued", claims, SOURCE))
        told += [published(record, each, said.texts[each], said.titles[each]) for each in said.texts]
    speech = Speech(meeting="S/PV.9410", number=12, member="CHE", date="2023-09-05", language="fr")
    told.append(council.fact(SPEECH, "delivered", speech, SOURCE))
    told += [published(SPEECH, language, text) for language, text in LETTERS[2].texts.items()]
    return told
