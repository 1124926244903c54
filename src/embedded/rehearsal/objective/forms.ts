// What people ask for, as forms: the words they use for it (English, German, French, Spanish), the
// file it becomes, its shape and who does it. The order matters only where two forms know one word:
// the first wins.
// The surprise: a `pieces` form is one file with several numbered pieces ("three announcements").
import type { AspectId } from '../write/aspects.ts';

export type Trade = 'planner' | 'analyst' | 'writer' | 'researcher' | 'developer';
export type Shape = 'sections' | 'pieces' | 'amounts' | 'rows' | 'code';

export interface Form {
  id: string;
  /** Whole words, or endings of German compounds, in lower case. */
  words: RegExp;
  file: string;
  title: string;
  shape: Shape;
  sections: readonly string[];
  /** Words the document should have, at least and at most. */
  length: readonly [number, number];
  trade: Trade;
  aspects: readonly AspectId[];
  /** Of a `pieces` form: what one piece is called, and how many when nobody said. */
  piece?: string;
  pieces?: number;
}

type Sketch = Pick<Form, 'id' | 'words' | 'file' | 'title'> & Partial<Form>;

function document(sketch: Sketch): Form {
  return {
    shape: 'sections',
    sections: ['Purpose', 'What we do', 'Next steps'],
    length: [180, 700],
    trade: 'writer',
    aspects: ['audience'],
    ...sketch,
  };
}

function pieces(sketch: Sketch & { piece: string }): Form {
  return document({ shape: 'pieces', sections: [], pieces: 3, aspects: ['call'], ...sketch });
}

export const forms: readonly Form[] = [
  document({
    id: 'budget',
    words:
      /^(?:budgets?|costings?|cost|costs|finances?|.*kostenplan|.*finanzplan|.*kostenaufstellung|.*haushaltsplan|presupuestos?|devis|co[uû]ts)$/,
    file: 'budget.csv',
    title: 'Budget',
    shape: 'amounts',
    trade: 'analyst',
    aspects: ['basis'],
  }),
  document({
    id: 'business-case',
    words:
      /^(?:roi|profitability|cost-benefit|business-case|wirtschaftlichkeits.*|rentabilit[äéa].*|rentabilidad)$/,
    file: 'business-case.csv',
    title: 'Business case',
    shape: 'amounts',
    trade: 'analyst',
    aspects: ['basis'],
  }),
  document({
    id: 'checklist',
    words:
      /^(?:checklists?|to-?dos?|.*checkliste|.*einkaufsliste|.*packliste|liste de contrôle|listado)$/,
    file: 'checklist.md',
    title: 'Checklist',
    sections: ['Before', 'On the day', 'Afterwards'],
    length: [120, 500],
    trade: 'planner',
    aspects: ['owner'],
  }),
  document({
    id: 'faq',
    words: /^(?:faqs?|q&a|questions-and-answers|.*fragenkatalog)$/,
    file: 'faq.md',
    title: 'Questions and answers',
    sections: ['Before you start', 'Money', 'Taking part', 'If something goes wrong'],
    aspects: ['audience'],
  }),
  document({
    id: 'schedule',
    words:
      /^(?:schedules?|timetables?|calendars?|timelines?|agendas?|itinerar(?:y|ies)|.*wochenplan|.*zeitplan|.*terminplan|.*ablaufplan|.*stundenplan|.*kalender|calendrier|emploi|calendario|cronograma)$/,
    file: 'schedule.md',
    title: 'Schedule',
    sections: ['Week by week', 'Who is responsible', 'If we fall behind'],
    length: [150, 600],
    trade: 'planner',
    aspects: ['owner'],
  }),
  document({
    id: 'slides',
    words:
      /^(?:presentations?|slides?|decks?|pitch(?:es)?|.*präsentation|.*folien|présentation|diapositivas|presentación)$/,
    file: 'slides.md',
    title: 'Slides',
    sections: ['Slide 1', 'Slide 2', 'Slide 3', 'Slide 4', 'Slide 5', 'Slide 6'],
    length: [150, 700],
    aspects: ['audience'],
  }),
  document({
    id: 'rules',
    words:
      /^(?:rules?|charters?|bylaws?|polic(?:y|ies)|statutes?|contracts?|agreements?|terms|.*satzung|.*regeln|.*ordnung|.*vertrag|règlement|charte|contrat|reglamento|estatutos|contrato)$/,
    file: 'rules.md',
    title: 'Rules',
    sections: ['Purpose', 'Rules', 'Who decides', 'How rules change'],
    trade: 'planner',
    aspects: ['owner'],
  }),
  document({
    id: 'survey',
    words:
      /^(?:surveys?|questionnaires?|quiz(?:zes)?|polls?|interview|.*umfrage|.*fragebogen|sondage|encuesta|cuestionario)$/,
    file: 'survey.md',
    title: 'Survey',
    sections: ['Introduction', 'Questions', 'How answers are used'],
    trade: 'researcher',
    aspects: ['audience'],
  }),
  document({
    id: 'web-page',
    words:
      /^(?:websites?|web-?pages?|homepages?|landing|site|webseite|.*webauftritt|página|sitio)$/,
    file: 'web-page.md',
    title: 'Text of the web page',
    sections: ['Headline', 'What we offer', 'How it works', 'Take part'],
    aspects: ['audience'],
  }),
  document({
    id: 'design-brief',
    words:
      /^(?:logos?|designs?|pictures?|images?|illustrations?|videos?|films?|songs?|photos?|paintings?|drawings?|.*bild|.*entwurf|.*gestaltung|affiche|dessin|imagen|dibujo)$/,
    file: 'design-brief.md',
    title: 'Design brief',
    sections: ['Idea', 'What it shows', 'What to avoid', 'Next steps'],
    aspects: ['audience'],
  }),
  document({
    id: 'script',
    words:
      /^(?:scripts?|codes?|functions?|librar(?:y|ies)|apis?|bots?|apps?|software|.*skript|.*programmcode|logiciel|código)$/,
    file: 'script.py',
    title: 'Script',
    shape: 'code',
    trade: 'developer',
    aspects: ['usage'],
  }),
  document({
    id: 'guide',
    words:
      /^(?:guides?|manuals?|handbooks?|how-?to|tutorials?|instructions?|playbooks?|curricul(?:um|a)|courses?|trainings?|syllabus|workshops?|.*anleitung|.*handbuch|.*leitfaden|.*kurs|guides?|manuel|guía|curso)$/,
    file: 'guide.md',
    title: 'Guide',
    sections: ['Who this is for', 'Before you start', 'Steps', 'Common mistakes'],
    aspects: ['audience'],
  }),
  document({
    id: 'report',
    words:
      /^(?:reports?|analys[ei]s|stud(?:y|ies)|research|reviews?|summar(?:y|ies)|essays?|papers?|articles?|overviews?|assessments?|evaluations?|.*bericht|.*analyse|.*studie|.*übersicht|.*artikel|rapport|étude|résumé|informe|estudio|análisis|resumen)$/,
    file: 'report.md',
    title: 'Report',
    sections: ['Summary', 'Findings', 'Assumptions', 'Recommendations'],
    length: [220, 800],
    trade: 'researcher',
    aspects: ['measure'],
  }),
  ...pieceForms(),
  document({
    id: 'table',
    words:
      /^(?:tables?|spreadsheets?|lists?|inventor(?:y|ies)|comparisons?|matri(?:x|ces)|.*tabelle|.*liste|.*vergleich|tableau|comparatif|tabla|lista|comparación)$/,
    file: 'table.csv',
    title: 'Table',
    shape: 'rows',
    trade: 'analyst',
    aspects: ['basis'],
  }),
  document({
    id: 'plan',
    words:
      /^(?:plans?|roadmaps?|strateg(?:y|ies)|programmes?|programs?|concepts?|proposals?|.*plan|.*konzept|.*strategie|stratégie|programme|estrategia|propuesta)$/,
    file: 'plan.md',
    title: 'Plan',
    sections: ['Goal', 'Who it is for', 'Steps', 'Who does what', 'How we measure success'],
    length: [180, 700],
    trade: 'planner',
    aspects: ['owner', 'measure'],
  }),
];

function pieceForms(): Form[] {
  return [
    pieces({
      id: 'announcement',
      words:
        /^(?:announcements?|notices?|ankündigung(?:en)?|.*bekanntmachung(?:en)?|annonces?|anuncios?)$/,
      file: 'announcements.md',
      title: 'Announcements',
      piece: 'Announcement',
    }),
    pieces({
      id: 'poster',
      words:
        /^(?:posters?|flyers?|leaflets?|brochures?|.*plakate?|.*aushang|.*aushänge|.*flugblatt|.*flugblätter|affiches?|carteles?|folletos?)$/,
      file: 'posters.md',
      title: 'Posters',
      piece: 'Poster',
    }),
    pieces({
      id: 'post',
      words:
        /^(?:posts?|tweets?|blogs?|blog-posts?|.*beitrag|.*beiträge|publications?|publicaciones)$/,
      file: 'posts.md',
      title: 'Posts',
      piece: 'Post',
    }),
    pieces({
      id: 'letter',
      words:
        /^(?:letters?|e-?mails?|mails?|invitations?|newsletters?|memos?|messages?|.*brief|.*briefe|.*einladung(?:en)?|.*rundschreiben|lettres?|courriels?|invitación|cartas?|correos?)$/,
      file: 'letters.md',
      title: 'Letters',
      piece: 'Letter',
      pieces: 2,
    }),
    pieces({
      id: 'press-release',
      words:
        /^(?:press-releases?|press|releases?|.*pressemitteilung(?:en)?|communiqué|comunicado)$/,
      file: 'press-release.md',
      title: 'Press release',
      piece: 'Release',
      pieces: 1,
    }),
    pieces({
      id: 'lesson',
      words:
        /^(?:lessons?|exercises?|sessions?|modules?|units?|.*übung(?:en)?|.*lektion(?:en)?|leçons?|ejercicios?|lecciones)$/,
      file: 'lessons.md',
      title: 'Lessons',
      piece: 'Lesson',
      pieces: 4,
    }),
    pieces({
      id: 'idea',
      words:
        /^(?:ideas?|slogans?|taglines?|headlines?|names?|jokes?|suggestions?|tips?|options?|.*ideen?|.*vorschl[aä]ge?|idées?|consejos?)$/,
      file: 'ideas.md',
      title: 'Ideas',
      aspects: ['subject'],
      piece: 'Idea',
      pieces: 5,
    }),
    pieces({
      id: 'story',
      words:
        /^(?:stor(?:y|ies)|poems?|speech(?:es)?|scenes?|tales?|haikus?|novels?|gedichte?|geschichten?|.*rede|histoires?|poèmes?|historias?|poemas?|discurso)$/,
      file: 'stories.md',
      title: 'Stories',
      aspects: ['subject'],
      piece: 'Part',
    }),
    pieces({
      id: 'recipe',
      words: /^(?:recipes?|menus?|dishes|.*rezepte?|recettes?|recetas?)$/,
      file: 'recipes.md',
      title: 'Recipes',
      aspects: ['subject'],
      piece: 'Recipe',
    }),
  ];
}

/** What the agency makes for itself or adds, besides what was asked for. */
export const supportForms = {
  brief: document({
    id: 'brief',
    words: /^$/,
    file: 'brief.md',
    title: 'Working brief',
    sections: ['What is wanted', 'Who it is for', 'Assumptions', 'Open points'],
    length: [140, 600],
    trade: 'researcher',
    aspects: [],
  }),
  audience: document({
    id: 'audience',
    words: /^$/,
    file: 'audience.md',
    title: 'Audience notes',
    sections: ['Who reads this', 'What they ask first', 'What puts them off'],
    length: [120, 500],
    trade: 'researcher',
    aspects: [],
  }),
  risks: document({
    id: 'risks',
    words: /^$/,
    file: 'risks.md',
    title: 'Risks and answers',
    sections: ['Main risks', 'What we do about them', 'Who watches what'],
    length: [140, 600],
    trade: 'analyst',
    aspects: ['owner'],
  }),
  readerTest: document({
    id: 'reader-test',
    words: /^$/,
    file: 'reader-test.md',
    title: 'Reader test',
    sections: ['How it was read', 'What is clear', 'What to change'],
    length: [120, 500],
    trade: 'writer',
    aspects: [],
  }),
  mainDocument: document({
    id: 'main-document',
    words: /^$/,
    file: 'proposal.md',
    title: 'Proposal',
    sections: ['Goal', 'Who it is for', 'What we do', 'Who does what', 'How we measure success'],
    length: [200, 800],
    trade: 'planner',
    aspects: ['audience', 'measure'],
  }),
  checklist: document({
    id: 'first-weeks',
    words: /^$/,
    file: 'checklist.md',
    title: 'Checklist for the first weeks',
    sections: ['Week 1', 'Weeks 2 and 3', 'Week 4'],
    length: [120, 500],
    trade: 'planner',
    aspects: ['owner'],
  }),
  overview: document({
    id: 'overview',
    words: /^$/,
    file: 'overview.md',
    title: 'Overview and consistency check',
    sections: [
      'What is in the package',
      'How the parts fit together',
      'Checked against each other',
    ],
    length: [130, 600],
    trade: 'writer',
    aspects: ['measure'],
  }),
} as const satisfies Record<string, Form>;

export function formOf(id: string): Form | undefined {
  return [...forms, ...Object.values(supportForms)].find((form) => form.id === id);
}
