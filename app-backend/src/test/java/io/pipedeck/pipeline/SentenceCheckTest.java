package io.pipedeck.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SentenceCheckTest {
  private final SentenceCheck english = new SentenceCheck("en");
  private final SentenceCheck german = new SentenceCheck("de");
  private final SentenceCheck maori = new SentenceCheck("mi");
  private final SentenceCheck unknown = new SentenceCheck(null);

  @Test
  void sentencesThatStandByThemselvesHaveNoFault() {
    none(
        english,
        "The harbour of Wellington receives many container ships every year.",
        "In this paper we present a survey of the ships that enter the harbour.",
        "It is known that the tide decides when a ship may enter.",
        "There are ninety kinds of ships, such as ferries, tugs and barges.",
        "Those who work at night are paid a third more.",
        "Errors should never pass silently.",
        "If the wind is strong, the ferry (an old one) stays in the harbour.",
        "The report calls it “the busiest port of the South Pacific”.",
        "In the U.S. the rule of section 202 of the Act applies to all ports.");
    none(
        german,
        "Der Hafen von Wellington empfängt jedes Jahr viele Schiffe.",
        "Dieser Bericht beschreibt die Kosten des neuen Deichs an der Elbe.",
        "Es gibt an der Küste rund vierzig Häfen, z. B. Husum und Büsum.",
        "Da der Meeresspiegel steigt, muss der Deich noch einmal erhöht werden.",
        "Satzungen regeln in Vereinen, wer abstimmen darf und wer nicht.",
        "In einem Dreieck ist jeder Innenwinkel kleiner als der Außenwinkel.",
        "Der Minister sprach von einer „großen Leistung aller Beteiligten“.");
    none(
        maori,
        "Ko te reo Māori te reo taketake o Aotearoa.",
        "He kōrero tēnei mō te whanga o Te Whanganui-a-Tara.",
        "Kei te tipu haere te maha o ngā tāngata e ako ana i te reo.",
        "I tēnei tau ka whakatūwheratia he kura hou ki te tāone.",
        "He kōrero mō te Pō: ko te reo te taikura o te whakaaro mārama.");
    none(unknown, "ウェリントンの港には毎年多くの船が来ます。");
  }

  @Test
  void whatCouldNotBeReadIsBroken() {
    all(
        Fault.BROKEN,
        english,
        "The new IntelliStation POWER\uFFFD workstation offers a quiet user experience.",
        "The control byte \u0007 stands within the sentence about the ships.",
        "The arrow \uF0E0 comes from the private part of a font for symbols.",
        "The first ◦ and the second are items of a list that ran together.",
        "Item | Price | Amount of the whole order.",
        "The cafÃ© at the harbour was read in the wrong character set.");
  }

  @Test
  void lettersThatStandApartAreNoText() {
    all(
        Fault.SPACED,
        english,
        "T ik a - C o n te n t A n a ly s is T o o lk it.",
        "The title of the paper is H A R B O U R and so on.");
    none(maori, "I haere a Hone i te ata ki te moana ki te hī ika.");
  }

  @Test
  void whatIsNoWholeSentenceIsAFragment() {
    all(
        Fault.FRAGMENT,
        english,
        "lower case begins what was cut off somewhere before.",
        "Readability counts.",
        "[12] A. Author, A title of a paper, Journal of Things, 2012.",
        "Bemerkung 1 (",
        "The harbour is open on all days, e.g.");
    all(Fault.FRAGMENT, german, "Jede Basis ist auch eine Subbasis, z.B.", "Der Hafen:");
    all(Fault.LONG, english, "The harbour is very large and " + "very ".repeat(100) + "deep.");
  }

  @Test
  void bracketsAndQuotesHaveTheirOtherHalves() {
    all(
        Fault.UNBALANCED,
        english,
        "Items], we can only snap down the arm after all the others.",
        "The robot (an old one is said to be faster than the new one.",
        "\"Written and saved in the office of the harbour master.");
    all(Fault.UNBALANCED, german, "Der Minister nannte den Deich „eine große Leistung.");
    all(Fault.UNBALANCED, maori, "Ko te whare (he mea hanga i te tau 1900 te whare nui.");
  }

  @Test
  void formulasAndNumbersAreNoText() {
    all(
        Fault.FORMULA,
        english,
        "Let the number of all clusters be = 3 in the system.",
        "We snap down the arm in CM+1 after all of the other clusters.",
        "Values of 12 13 88 90 11 20 and 17 are in the 44 rows.");
    all(Fault.FORMULA, german, "Dann ist f ∘ g → Z eine stetige Abbildung.");
    all(Fault.VARIABLES, german, "M heißt diskret in X, wenn M in X keinen Häufungspunkt hat.");
    all(Fault.VARIABLES, german, "Eine Teilmenge von Rn oder Cn ist genau dann kompakt.");
    none(english, "Vitamin C is a remedy that every ship must carry.");
  }

  @Test
  void labelsHeadingsAndCaptionsAreNoSentences() {
    all(
        Fault.LABEL,
        english,
        "Proof: A consequence of the lemma is that all arms are down.",
        "EDITORIAL NOTE: For citations that affect the rule, ask the editor.",
        "GENERAL INFORMATION The schedules are set by the Administrator.",
        "Figure 3: The harbour of Wellington as seen from the hill.",
        "Theorem 3: An algorithm that plans the motion of a system exists.",
        "Resource Manuals: Available in formats such as audio tape and Braille.");
    all(
        Fault.LABEL,
        german,
        "Bemerkung 1 (Eigenschaften von Metriken) Jede Metrik ist stetig.",
        "Beweis: Der Raum ist nach Voraussetzung zusammenhängend.",
        "Abbildung 4 zeigt den Hafen, wie er vom Hügel aus zu sehen ist.");
    all(Fault.LABEL, maori, "Tauira 2: Ko te whare nui tērā kei runga i te puke.");
  }

  @Test
  void referencesAndAddressesAreNoSentences() {
    all(
        Fault.REFERENCE,
        english,
        "See https://example.org/path for more about these things.",
        "The forms are available at www.example.org for everybody.",
        "Write what you found to somebody@example.org by Friday please.",
        "Food and Drug Administration approved product—7369.",
        "Smith et al. (2012) found the same thing in another place.");
    none(english, "The class of org.apache.tika.mime is used by the parser of the mail.");
  }

  @Test
  void sentencesThatLeanOnTheOneBeforeAreToldApart() {
    all(
        Fault.LEANING,
        english,
        "However, the harbour was closed in the winter of that year.",
        "First, the ship has to be cleaned from bow to stern.",
        "Such ships are built in yards of the northern hemisphere.",
        "Although practicality beats purity in the work of every day.",
        "To do this, the crew has to modify the engine of the ship.",
        "These requirements do apply to all of the ships in the harbour.",
        "During this crisis many banks were closed for several weeks.",
        "The tides do apply, however, to all of the ships in the harbour.",
        "Through their impact on trade the tides have consequences.",
        "Shows the relation of tides and trade, which was discovered in 1920.",
        "When storms came during this crisis, these ships were lost.");
    all(
        Fault.LEANING,
        german,
        "Jedoch wurde der Hafen im Winter jenes Jahres geschlossen.",
        "Dies gilt auch für die Schiffe, die im Hafen liegen.",
        "Der Hafen zerfällt jedoch in zwei Becken, wenn man ihn teilt.",
        "Außerdem ist das Wasser im Hafen sehr viel tiefer geworden.",
        "Aus diesem Grund wurde der Deich noch einmal erhöht.",
        "Sie schützen rund tausend Häuser vor der nächsten Flut.");
    all(
        Fault.LEANING,
        maori,
        "Engari kāore te kura i whakatuwheratia i te tau hou.",
        "Nā reira ka hoki te iwi ki te marae ki te kōrero.",
        "Ko tēnei te take i haere ai ngā tamariki ki te kura.",
        "I muri iho ka whakamanahia te reo hei reo ōkawa.",
        "Hei tauira, he maha ngā kura e whakaako ana i te reo.");
  }

  @Test
  void sentencesThatSendElsewhereAreToldApart() {
    all(
        Fault.POINTER,
        english,
        "The control cycle that is defined by equation (8) contains six pulses.",
        "The number of ships in the harbour is shown in Table 4.",
        "The rules are described below for all of the ships.",
        "Concluding remarks about the harbour are given in Sec. V of the paper.",
        "A person who is named in paragraph (i) of the rule is exempt.");
    all(
        Fault.POINTER,
        german,
        "Die Definition der Metrik kann auf Seite 9 nachgelesen werden.",
        "Aus §1 (i) folgt, dass sich Geraden in einem Punkt schneiden.",
        "Die Kosten des Deichs sind in Tabelle 3 im Einzelnen genannt.",
        "Die Lage des Hafens ist gut (siehe Anhang).");
    all(
        Fault.POINTER,
        maori,
        "Tirohia te mahere mō ngā kura katoa o te motu.",
        "Kei te whārangi 9 te whakamārama mō te kupu.");
  }

  @Test
  void questionsAreToldApart() {
    all(Fault.QUESTION, english, "Who must have a plan for access and inclusion?");
    all(Fault.QUESTION, german, "Wer muss einen Plan für den Zugang zum Hafen haben?");
    all(Fault.QUESTION, maori, "Kei hea te kura hou o te tāone nui?");
  }

  @Test
  void whatHasNoVerbIsToldApart() {
    all(
        Fault.VERBLESS,
        english,
        "Electromechanically SATurated Cluster system (ESATC).",
        "Temporary listing of substances of the harbour.");
    all(Fault.VERBLESS, german, "Die Definition von Wasserständen und Deichhöhen.");
    all(Fault.VERBLESS, maori, "Te Whare Wānanga o Te Ūpoko.");
  }

  @Test
  void aShortSentenceAndALineWithoutAnEndAreToldApart() {
    all(Fault.SHORT, english, "Apples are fun!");
    all(Fault.SHORT, german, "Der Deich hält.");
    all(Fault.UNENDED, english, "The quick brown fox jumped over the lazy dog");
    all(
        Fault.FRAGMENT,
        english,
        "A guide to the harbour of Wellington for sailors",
        "A heading without an end");
  }

  @Test
  void theWorstOfSeveralFaultsCounts() {
    assertThat(english.faultOf("However, why is the harbour closed (see Table 4)?"))
        .contains(Fault.QUESTION);
    assertThat(english.faultOf("However, the harbour \uFFFD was closed.")).contains(Fault.BROKEN);
  }

  @Test
  void whatTellsOfTheDocumentIsWorthMoreThanWhatCites() {
    double plain =
        english.worth("The harbour of Wellington receives many ships every single year.");

    assertThat(english.worth("This report describes the harbour of Wellington and its many ships."))
        .isGreaterThan(plain);
    assertThat(english.worth("The harbour of Wellington receives many ships every year [4, 5]."))
        .isLessThan(plain);
    assertThat(english.worth("The harbour of Wellington has room for all of these ships at once."))
        .isLessThan(plain);
  }

  private static void none(SentenceCheck check, String... sentences) {
    assertThat(Arrays.asList(sentences))
        .allSatisfy(sentence -> assertThat(check.faultOf(sentence)).as(sentence).isEmpty());
  }

  private static void all(Fault fault, SentenceCheck check, String... sentences) {
    assertThat(Arrays.asList(sentences))
        .allSatisfy(sentence -> assertThat(check.faultOf(sentence)).as(sentence).contains(fault));
  }
}
