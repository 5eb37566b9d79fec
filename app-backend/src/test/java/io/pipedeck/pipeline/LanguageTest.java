package io.pipedeck.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          en | The report was sent to all members of the board and they have not answered it yet.
          de | Der Bericht wurde an alle Mitglieder des Vorstands gesandt und ist noch nicht beantwortet.
          fr | Le rapport a été envoyé à tous les membres du conseil et il n'est pas encore dans les dossiers.
          es | El informe fue enviado a todos los miembros de la junta y no ha sido respondido por ellos.
          it | La relazione è stata inviata a tutti i membri del consiglio e non ha ancora una risposta.
          pt | O relatório foi enviado a todos os membros do conselho e não foi ainda respondido por uma pessoa.
          nl | Het rapport is naar alle leden van het bestuur gestuurd en er is nog niet op geantwoord door een van hen.
          mi | I tukuna te pūrongo ki ngā mema katoa o te poari, ā, kāore anō kia whakahokia mai he kupu e rātou.
          pl | Raport został wysłany do wszystkich członków zarządu i nie ma na niego jeszcze odpowiedzi, jak to się mówi.
          ru | Отчёт был отправлен всем членам правления, но они на него ещё не ответили, и это не так.
          uk | Звіт було надіслано всім членам правління, але вони на нього ще не відповіли, і це не так.
          ja | 報告書は取締役会の全員に送られましたが、まだ返事がありません。
          zh | 报告已发送给董事会全体成员，但他们尚未答复。
          ko | 보고서는 이사회 모든 구성원에게 발송되었지만 아직 답변이 없습니다.
          ar | أُرسل التقرير إلى جميع أعضاء مجلس الإدارة ولم يردوا عليه بعد.
          el | Η έκθεση εστάλη σε όλα τα μέλη του συμβουλίου.
          """)
  void aSentenceIsEnough(String language, String text) {
    assertThat(Language.of(text)).isEqualTo(language);
  }

  @Test
  void nothingIsSaidWhereNothingIsKnown() {
    assertThat(Language.of("")).isNull();
    assertThat(Language.of("12345 67,89 %")).isNull();
    assertThat(Language.of("Nam lacus libero, pretium at, lobortis vitae, ultricies et, tellus."))
        .isNull();
    assertThat(Language.of("Item Price Pen Pencil Paper")).isNull();
  }
}
