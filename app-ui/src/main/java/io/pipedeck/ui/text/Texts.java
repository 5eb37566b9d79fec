package io.pipedeck.ui.text;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/** The words of the console in one language. Safe for all threads. */
public final class Texts {
  private static final String BUNDLE = "io.pipedeck.ui.messages";

  private final ResourceBundle bundle;
  private final Locale locale;

  private Texts(ResourceBundle bundle, Locale locale) {
    this.bundle = bundle;
    this.locale = locale;
  }

  /** The language nearest to the wanted one; English where there is none. */
  public static Texts of(Locale wanted) {
    var bundle =
        ResourceBundle.getBundle(
            BUNDLE,
            wanted,
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    // The root bundle is English: figures follow the language of the words around them.
    boolean root = bundle.getLocale().equals(Locale.ROOT);
    return new Texts(bundle, root ? Locale.ENGLISH : bundle.getLocale());
  }

  /** The words of a key. */
  public String get(String key) {
    return bundle.getString(key);
  }

  /** The words of a key with values filled in, plurals and numbers as the language writes them. */
  public String format(String key, Object... values) {
    return new MessageFormat(bundle.getString(key), locale).format(values);
  }

  /** Whether there are words for the key. */
  public boolean has(String key) {
    return bundle.containsKey(key);
  }

  /** The language. */
  public Locale locale() {
    return locale;
  }

  /** For the views, which name their texts by key. */
  public ResourceBundle bundle() {
    return bundle;
  }
}
