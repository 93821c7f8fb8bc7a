"""Sentences of the Council's documents with blanks to fill in, in six languages; and its themes.

The blanks: {state} a State, {city} a city, {theme} an item of the agenda, {date} a day, {symbol} a document, {w} a
word of the vocabulary, {n} a number, {name} a person.
"""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "The Council considered {theme} on {date} and heard {name} speak about the {w} and the {w} in {state}.",
        "Members recalled {symbol}, deplored the {w} of civilians near {city} and asked for a {w} within {n} days.",
        "The Secretary-General reported that the {w} {w} had reached {city}, where {n} families lacked any {w}.",
        "The representative of {state} said that no {w} could replace a {w}, and that the {w} mandate must be renewed.",
        "A team visited {city} in {state} from {date} and met {name}, who described the {w} of the {w} at length.",
        "It decided to extend the mission until {date}, with {n} police officers, a {w} unit and a {w} of {w}.",
        "Sanctions on the {w} of {w} remain in force; the Committee removed {name} from its list on {date}.",
        "Several delegations doubted the {w} {w} and proposed that the {w} be verified before any {w} resumed.",
        "Humanitarian convoys carrying {w} and {w} were stopped at {city}, contrary to {symbol}.",
    ),
    "fr": (
        "Le Conseil a examiné le {date} la question intitulée {theme} et entendu {name} au sujet de {w} et de {w}.",
        "Les membres ont rappelé le document {symbol}, déploré la {w} des civils près de {city} et demandé {w}.",
        "Le Secrétaire général a fait savoir que {w} {w} avait atteint {city}, où {n} familles manquaient de {w}.",
        "Le représentant de l'État suivant, {state}, a déclaré qu'aucune {w} ne remplaçait la {w} ni le {w} convenu.",
        "Une équipe s'est rendue à {city} ({state}) à partir du {date} et y a rencontré {name}, témoin de la {w}.",
        "Il a décidé de proroger la mission jusqu'au {date}, avec {n} policiers, une {w} et une unité de {w}.",
        "Les sanctions visant la {w} restent en vigueur ; le Comité a radié {name} de sa liste le {date}.",
        "Plusieurs délégations ont mis en doute la {w} et proposé que {w} soit vérifiée avant toute {w} {w}.",
        "Des convois humanitaires transportant {w} et {w} ont été arrêtés à {city}, au mépris de {symbol}.",
    ),
    "es": (
        "El Consejo examinó el {date} el tema {theme} y escuchó a {name} acerca de {w} y de {w} en {state}.",
        "Los miembros recordaron {symbol}, deploraron la {w} de civiles cerca de {city} y pidieron {w} en {n} días.",
        "El Secretario General informó de que {w} {w} había llegado a {city}, donde {n} familias carecían de {w}.",
        "La representación de {state} dijo que ninguna {w} podía sustituir la {w} y que el {w} debía renovarse.",
        "Un equipo visitó {city} ({state}) desde el {date} y se reunió con {name}, que describió la {w} de {w}.",
        "Decidió prorrogar la misión hasta el {date}, con {n} agentes de policía, una {w} y una unidad de {w}.",
        "Las sanciones sobre la {w} siguen en vigor; el Comité retiró a {name} de su lista el {date}.",
        "Varias delegaciones pusieron en duda la {w} y propusieron que {w} se verificara antes de toda {w} {w}.",
        "Los convoyes humanitarios con {w} y {w} fueron detenidos en {city}, en contra de {symbol}.",
    ),
    "ru": (
        "Совет рассмотрел {date} пункт повестки дня «{theme}» и заслушал {name} о том, как {w} и {w} меняют {state}.",
        "Члены Совета напомнили о документе {symbol}, осудили {w} мирных жителей близ {city} и запросили {w}.",
        "Генеральный секретарь сообщил, что {w} {w} дошли до {city}, где {n} семей остались без {w}.",
        "Представитель государства {state} заявил, что никакая {w} не заменит {w} и что {w} следует продлить.",
        "Группа посетила {city} ({state}) начиная с {date} и встретилась с {name}, который описал {w} и {w}.",
        "Он постановил продлить миссию до {date}, включив {n} полицейских, {w} и подразделение {w}.",
        "Санкции в отношении {w} остаются в силе; Комитет исключил {name} из своего перечня {date}.",
        "Ряд делегаций усомнились в том, что {w} {w}, и предложили проверить {w}, прежде чем начнётся {w}.",
        "Гуманитарные колонны, которые везли {w} и {w}, были остановлены у {city} вопреки {symbol}.",
    ),
    "ar": (
        "نظر المجلس في {date} في البند المعنون {theme} واستمع إلى {name} بشأن {w} و{w} في {state}.",
        "أشار الأعضاء إلى الوثيقة {symbol} واستنكروا {w} المدنيين قرب {city} وطلبوا {w} خلال {n} يوما.",
        "أفاد الأمين العام بأن {w} {w} بلغ {city} حيث تفتقر {n} أسرة إلى {w}.",
        "قال ممثل {state} إن أي {w} لا يحل محل {w} وإن {w} يجب أن يجدد.",
        "زار فريق {city} في {state} ابتداء من {date} والتقى {name} الذي وصف {w} و{w} بإسهاب.",
        "قرر تمديد البعثة حتى {date} على أن تضم {n} من أفراد الشرطة و{w} ووحدة {w}.",
        "تظل الجزاءات المفروضة على {w} سارية، وقد رفعت اللجنة اسم {name} من قائمتها في {date}.",
        "شككت عدة وفود في {w} {w} واقترحت التحقق من {w} قبل استئناف أي {w}.",
        "أوقفت قوافل إنسانية تنقل {w} و{w} عند {city} خلافا لما ورد في {symbol}.",
    ),
    "zh": (
        "安理会于{date}审议了题为{theme}的项目，并听取{name}介绍{state}的{w}和{w}。",
        "成员们回顾{symbol}号文件，谴责{city}附近平民遭受的{w}，并要求在{n}天内提出{w}。",
        "秘书长报告说，{w}{w}已到达{city}，当地{n}户家庭缺少{w}和{w}。",
        "{state}代表表示，任何{w}都不能取代{w}，{w}的任务期限必须延长。",
        "一个小组自{date}起访问{state}的{city}，会见了{name}，后者详细说明了{w}与{w}。",
        "决定将特派团延长至{date}，配备{n}名警察、一个{w}分队以及{w}和{w}。",
        "对{w}的制裁仍然有效；委员会于{date}将{name}从名单上除名。",
        "若干代表团对{w}{w}提出疑问，建议在恢复任何{w}之前先核查{w}。",
        "运送{w}和{w}的人道主义车队在{city}被拦，违反了{symbol}。",
    ),
}
"""Language → sentences. A document of the Council is mostly such sentences."""

TITLES: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "Report of the Secretary-General on {theme}: {w} and {w} in {state}",
        "Letter dated {date} from the Permanent Representative of {state} concerning the {w} of {w} at {city}",
        "The {w} {w} and its {w}: briefing by {name}",
    ),
    "fr": (
        "Rapport du Secrétaire général, {theme} : {w} et {w} ({state})",
        "Lettre datée du {date} adressée par la mission permanente ({state}) au sujet de {w} et de {w} à {city}",
        "La {w} {w} et sa {w} : exposé de {name}",
    ),
    "es": (
        "Informe del Secretario General, {theme}: {w} y {w} ({state})",
        "Carta de fecha {date} de la Misión Permanente ({state}) relativa a {w} y {w} en {city}",
        "La {w} {w} y su {w}: exposición de {name}",
    ),
    "ru": (
        "Доклад Генерального секретаря, {theme}: {w} и {w} ({state})",
        "Письмо Постоянного представительства ({state}) от {date} о том, что {w} и {w} затронули {city}",
        "{w} {w} и {w}: брифинг {name}",
    ),
    "ar": (
        "تقرير الأمين العام، {theme}: {w} و{w} في {state}",
        "رسالة مؤرخة {date} من البعثة الدائمة {state} بشأن {w} و{w} في {city}",
        "{w} {w} و{w}: إحاطة يقدمها {name}",
    ),
    "zh": (
        "秘书长关于{theme}的报告：{state}的{w}和{w}",
        "{state}常驻代表{date}关于{city}{w}与{w}的信",
        "{w}{w}及其{w}：{name}的通报",
    ),
}
"""Language → titles."""

THEMES: Final[tuple[dict[str, str], ...]] = (
    {
        "en": "Women and peace and security",
        "fr": "Les femmes et la paix et la sécurité",
        "es": "Las mujeres y la paz y la seguridad",
        "ru": "Женщины и мир и безопасность",
        "ar": "المرأة والسلام والأمن",
        "zh": "妇女与和平与安全",
    },
    {
        "en": "Children and armed conflict",
        "fr": "Le sort des enfants en temps de conflit armé",
        "es": "Los niños y los conflictos armados",
        "ru": "Дети и вооруженные конфликты",
        "ar": "الأطفال والنزاع المسلح",
        "zh": "儿童与武装冲突",
    },
    {
        "en": "Protection of civilians in armed conflict",
        "fr": "Protection des civils en période de conflit armé",
        "es": "La protección de los civiles en los conflictos armados",
        "ru": "Защита гражданских лиц в вооруженном конфликте",
        "ar": "حماية المدنيين في النزاعات المسلحة",
        "zh": "武装冲突中保护平民",
    },
    {
        "en": "Maintenance of international peace and security",
        "fr": "Maintien de la paix et de la sécurité internationales",
        "es": "Mantenimiento de la paz y la seguridad internacionales",
        "ru": "Поддержание международного мира и безопасности",
        "ar": "صون السلام والأمن الدوليين",
        "zh": "维护国际和平与安全",
    },
    {
        "en": "The situation in the Middle East",
        "fr": "La situation au Moyen-Orient",
        "es": "La situación en Oriente Medio",
        "ru": "Положение на Ближнем Востоке",
        "ar": "الحالة في الشرق الأوسط",
        "zh": "中东局势",
    },
    {
        "en": "Small arms",
        "fr": "Armes légères",
        "es": "Armas pequeñas",
        "ru": "Стрелковое оружие",
        "ar": "الأسلحة الصغيرة",
        "zh": "小武器",
    },
    {
        "en": "Non-proliferation",
        "fr": "Non-prolifération",
        "es": "No proliferación",
        "ru": "Нераспространение",
        "ar": "عدم الانتشار",
        "zh": "不扩散",
    },
    {
        "en": "Peacebuilding and sustaining peace",
        "fr": "Consolidation et pérennisation de la paix",
        "es": "Consolidación y sostenimiento de la paz",
        "ru": "Миростроительство и сохранение мира",
        "ar": "بناء السلام والحفاظ على السلام",
        "zh": "建设和平与保持和平",
    },
    {
        "en": "United Nations peacekeeping operations",
        "fr": "Opérations de maintien de la paix des Nations Unies",
        "es": "Operaciones de las Naciones Unidas para el mantenimiento de la paz",
        "ru": "Операции Организации Объединенных Наций по поддержанию мира",
        "ar": "عمليات الأمم المتحدة لحفظ السلام",
        "zh": "联合国维持和平行动",
    },
    {
        "en": "Admission of new Members",
        "fr": "Admission de nouveaux Membres",
        "es": "Admisión de nuevos Miembros",
        "ru": "Прием новых членов",
        "ar": "قبول أعضاء جدد",
        "zh": "接纳新会员国",
    },
)
"""Items of the agenda by their official names."""
