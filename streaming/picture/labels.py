"""The few words of the picture that nobody types, in the languages we know."""

from dataclasses import dataclass
from typing import Final

from venue.ids import Language


@dataclass(frozen=True, slots=True)
class Labels:
    """The words in one language."""

    question: str
    next: str
    remote: str
    room: str
    waiting: str
    signs: str


_ENGLISH: Final = Labels(
    "QUESTION", "NEXT", "REMOTE", "IN THE ROOM", "Reconnecting", "Sign language"
)
_KNOWN: Final = {
    "en": _ENGLISH,
    "zh": Labels("觀眾提問", "下一位", "遠端", "現場", "重新連線中", "手語"),
    "fr": Labels(
        "QUESTION", "ENSUITE", "À DISTANCE", "EN SALLE", "Reconnexion", "Langue des signes"
    ),
    "es": Labels(
        "PREGUNTA", "SIGUIENTE", "EN REMOTO", "EN LA SALA", "Reconectando", "Lengua de signos"
    ),
    "pt": Labels("PERGUNTA", "A SEGUIR", "REMOTO", "NA SALA", "A religar", "Língua gestual"),
    "de": Labels("FRAGE", "DANACH", "ZUGESCHALTET", "IM SAAL", "Verbindet neu", "Gebärdensprache"),
    "it": Labels(
        "DOMANDA", "A SEGUIRE", "DA REMOTO", "IN SALA", "Riconnessione", "Lingua dei segni"
    ),
    "pl": Labels("PYTANIE", "NASTĘPNIE", "ZDALNIE", "NA SALI", "Ponowne łączenie", "Język migowy"),
    "ru": Labels("ВОПРОС", "ДАЛЕЕ", "УДАЛЁННО", "В ЗАЛЕ", "Переподключение", "Жестовый язык"),
    "ja": Labels("質問", "次の発言", "リモート", "会場", "再接続中", "手話"),
    "ko": Labels("질문", "다음", "원격", "현장", "다시 연결 중", "수어"),
    "ar": Labels("سؤال", "التالي", "عن بُعد", "في القاعة", "إعادة الاتصال", "لغة الإشارة"),
    "hi": Labels("प्रश्न", "अगला", "दूरस्थ", "सभागार में", "फिर जुड़ रहा है", "सांकेतिक भाषा"),
}


def labels_in(language: Language) -> Labels:
    """The words in a language, or in English."""
    return _KNOWN.get(language.partition("-")[0], _ENGLISH)
