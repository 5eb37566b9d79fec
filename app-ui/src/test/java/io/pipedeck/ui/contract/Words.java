package io.pipedeck.ui.contract;

import io.pipedeck.ui.text.Amounts;
import io.pipedeck.ui.text.JobWords;
import io.pipedeck.ui.text.Texts;
import java.time.ZoneId;
import java.util.Locale;

/** The console's words for tests: English, New Zealand time. */
public final class Words {
  public static final Texts TEXTS = Texts.of(Locale.ENGLISH);
  public static final Amounts AMOUNTS = new Amounts(TEXTS, ZoneId.of("Pacific/Auckland"));
  public static final JobWords JOBS = new JobWords(TEXTS, AMOUNTS);

  private Words() {}
}
