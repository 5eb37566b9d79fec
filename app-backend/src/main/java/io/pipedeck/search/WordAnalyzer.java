package io.pipedeck.search;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;

/**
 * The words of a text in any language: by Unicode's rules, in lower case, without accents (a search
 * for Otautahi finds Ōtautahi), in pairs of characters where a script has no blanks. No stemming:
 * meaning is what the vectors are for.
 */
final class WordAnalyzer extends Analyzer {
  @Override
  protected TokenStreamComponents createComponents(String field) {
    var words = new StandardTokenizer();
    TokenStream plain = new LowerCaseFilter(new CJKWidthFilter(words));
    return new TokenStreamComponents(words, new ASCIIFoldingFilter(new CJKBigramFilter(plain)));
  }

  @Override
  protected TokenStream normalize(String field, TokenStream in) {
    return new ASCIIFoldingFilter(new LowerCaseFilter(new CJKWidthFilter(in)));
  }
}
