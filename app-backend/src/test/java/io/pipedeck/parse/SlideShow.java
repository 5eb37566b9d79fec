package io.pipedeck.parse;

import java.util.LinkedHashMap;
import java.util.Map;

/** The least that is a presentation of PowerPoint 2007 and later: a slide, its layout and theme. */
final class SlideShow {
  private static final String RELATIONS =
      "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  private static final String TYPE =
      "application/vnd.openxmlformats-officedocument.presentationml.";
  private static final String NAMESPACES =
      " xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main'"
          + " xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'"
          + " xmlns:r='"
          + RELATIONS
          + "'";
  private static final String TREE_BEGINS =
      "<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id='1' name=''/><p:cNvGrpSpPr/><p:nvPr/>"
          + "</p:nvGrpSpPr><p:grpSpPr/>";
  private static final String TREE_ENDS = "</p:spTree></p:cSld>";
  private static final String COLOURS =
      "<p:clrMap bg1='lt1' tx1='dk1' bg2='lt2' tx2='dk2' accent1='accent1' accent2='accent2'"
          + " accent3='accent3' accent4='accent4' accent5='accent5' accent6='accent6'"
          + " hlink='hlink' folHlink='folHlink'/>";

  private final Map<String, String> parts = new LinkedHashMap<>();

  private SlideShow() {}

  /** One slide with this text. */
  static byte[] of(String text) {
    return new SlideShow().bytes(text);
  }

  private byte[] bytes(String text) {
    parts.put(
        "[Content_Types].xml",
        "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
            + "<Default Extension='rels'"
            + " ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
            + override("presentation.xml", TYPE + "presentation.main+xml")
            + override("slides/slide1.xml", TYPE + "slide+xml")
            + override("slideLayouts/slideLayout1.xml", TYPE + "slideLayout+xml")
            + override("slideMasters/slideMaster1.xml", TYPE + "slideMaster+xml")
            + override(
                "theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml")
            + "</Types>");
    relations("_rels/.rels", "officeDocument ppt/presentation.xml");
    relations(
        "ppt/_rels/presentation.xml.rels",
        "slide slides/slide1.xml",
        "slideMaster slideMasters/slideMaster1.xml",
        "theme theme/theme1.xml");
    relations("ppt/slides/_rels/slide1.xml.rels", "slideLayout ../slideLayouts/slideLayout1.xml");
    relations(
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels",
        "slideMaster ../slideMasters/slideMaster1.xml");
    relations(
        "ppt/slideMasters/_rels/slideMaster1.xml.rels",
        "slideLayout ../slideLayouts/slideLayout1.xml",
        "theme ../theme/theme1.xml");
    parts.put(
        "ppt/presentation.xml",
        "<p:presentation"
            + NAMESPACES
            + "><p:sldMasterIdLst><p:sldMasterId id='2147483648' r:id='r2'/></p:sldMasterIdLst>"
            + "<p:sldIdLst><p:sldId id='256' r:id='r1'/></p:sldIdLst>"
            + "<p:sldSz cx='9144000' cy='6858000'/><p:notesSz cx='6858000' cy='9144000'/>"
            + "</p:presentation>");
    parts.put("ppt/slides/slide1.xml", part("sld", TREE_BEGINS + box(text) + TREE_ENDS));
    parts.put("ppt/slideLayouts/slideLayout1.xml", part("sldLayout", TREE_BEGINS + TREE_ENDS));
    parts.put(
        "ppt/slideMasters/slideMaster1.xml", part("sldMaster", TREE_BEGINS + TREE_ENDS + COLOURS));
    parts.put(
        "ppt/theme/theme1.xml",
        "<a:theme xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' name='t'>"
            + "<a:themeElements/></a:theme>");
    return TestDocuments.zip(parts);
  }

  private static String part(String name, String content) {
    return "<p:" + name + NAMESPACES + ">" + content + "</p:" + name + ">";
  }

  private static String box(String text) {
    return "<p:sp><p:nvSpPr><p:cNvPr id='2' name='Text'/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>"
        + "<p:txBody><a:bodyPr/><a:p><a:r><a:t>"
        + text
        + "</a:t></a:r></a:p></p:txBody></p:sp>";
  }

  private static String override(String part, String type) {
    return "<Override PartName='/ppt/" + part + "' ContentType='" + type + "'/>";
  }

  /** Relations r1, r2 …, each as type and target. */
  private void relations(String part, String... relations) {
    var xml =
        new StringBuilder(
            "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>");
    for (int i = 0; i < relations.length; i++) {
      int blank = relations[i].indexOf(' ');
      xml.append("<Relationship Id='r").append(i + 1).append("' Type='").append(RELATIONS);
      xml.append('/').append(relations[i], 0, blank).append("' Target='");
      xml.append(relations[i].substring(blank + 1)).append("'/>");
    }
    parts.put(part, xml.append("</Relationships>").toString());
  }
}
