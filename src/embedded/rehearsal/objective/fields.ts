// The fields that the rehearsal has words for. Data only. A field that is missing costs nothing
// but colour: what holds everywhere (lore.ts) fills the gap.

import { words } from './patterns.ts';

export interface Field {
  /** Single lower-case words, in several languages, that point to the field. */
  words: RegExp;
  people: string;
  activities: readonly string[];
  /** Item, kind, price from and to, quantity from and to. */
  costs: readonly (readonly [string, string, number, number, number, number])[];
  risks: readonly (readonly [string, string])[];
  measures: readonly string[];
  /** Says where something happens rather than what. */
  isSetting?: boolean;
}

export const fields: readonly Field[] = [
  {
    words: words(`
      bike bikes bicycle bicycles cycling cyclists? bike-.* repair.* .*-repair mechanics?
      .*fahrr[aä]d.* .*werkstatt.* reparatur.* vélos? bicis? bicicletas?
    `),
    people: 'people nearby who ride and would rather repair than replace',
    activities: [
      'a weekly repair evening with two mechanics at hand',
      'a tool library that members borrow from',
      'a beginners’ hour on brakes, gears and flat tyres',
      'a spring safety check at a fixed price',
      'a shelf of cleaned second-hand parts',
    ],
    costs: [
      ['Tool set and repair stands', 'Equipment', 140, 260, 3, 5],
      ['Spare parts: tubes, cables, brake pads', 'Material', 6, 12, 60, 120],
      ['Rent of the workshop, per month', 'Place', 220, 420, 3, 6],
      ['Liability insurance, per year', 'Insurance', 280, 480, 1, 1],
    ],
    risks: [
      ['a repaired brake fails on the road', 'a second person checks every brake before it leaves'],
      ['tools go missing', 'a lending book and a deposit for each tool'],
    ],
    measures: [
      'at least 40 bicycles repaired in the first eight weeks',
      'at least 25 paying members by the end of week 8',
    ],
  },
  {
    words: words(`
      gardens? gardening plants? farm.* compost vegetables? trees? .*garten.* .*gärten
      .*pflanz.* jardins? plantes? huertos? jardín
    `),
    people: 'gardeners and neighbours who want to join in',
    activities: [
      'a planting day with shared tools',
      'a watering rota for dry weeks',
      'a seed swap before the season',
      'a compost corner with a sign that explains it',
    ],
    costs: [
      ['Seeds and young plants', 'Material', 2, 4, 60, 120],
      ['Soil and compost, in sacks', 'Material', 7, 12, 20, 40],
      ['Spades, forks and watering cans', 'Equipment', 18, 35, 6, 12],
      ['Water butt and hoses', 'Equipment', 60, 130, 1, 3],
    ],
    risks: [
      ['a dry month kills the young plants', 'the rota doubles in dry weeks'],
      ['beds are left untended in the holidays', 'every bed has a second keeper'],
    ],
    measures: ['at least 80 % of the beds are planted by week 4', '15 helpers on the planting day'],
  },
  {
    words: words(`
      caf[eé]s? baker(?:y|ies) restaurants? food cook.* kitchens? coffee bread meals?
      .*küche.* .*bäckerei.* essen cuisine boulangerie cocina panadería recipes?
    `),
    people: 'guests from the quarter, the regulars first of all',
    activities: [
      'a tasting morning with three new dishes',
      'a fixed lunch that changes every day',
      'a pre-order list for the busy days',
      'a half-price hour before closing',
    ],
    costs: [
      ['Ingredients for the trial weeks', 'Material', 180, 320, 3, 4],
      ['Crockery and small equipment', 'Equipment', 6, 14, 30, 60],
      ['Extra hands at peak times, in hours', 'People', 14, 20, 20, 40],
      ['Hygiene inspection and permits', 'Fees', 90, 220, 1, 2],
    ],
    risks: [
      ['food is left over every evening', 'count what is sold and bake for that plus ten percent'],
      ['the queue is too long at noon', 'a second till from half past eleven'],
    ],
    measures: ['average sales per day up by 10 % in week 6', 'less than 5 % of the food left over'],
  },
  {
    words: words(`
      penguins? animals? dogs? cats? zoos? horses? birds? pets? pinguine?.* tiere?n? hunde?
      katzen? animaux pingouins? chiens? animales pingüinos? perros?
    `),
    people: 'keepers, trainers and the visitors who watch',
    activities: [
      'a ten-minute training round before each feeding',
      'a reward of one fish for every clean attempt',
      'a public rehearsal on Sunday mornings',
      'a keeper’s log of every attempt',
    ],
    costs: [
      ['Feed used as rewards, in kilograms', 'Material', 5, 9, 40, 80],
      ['Soft practice balls', 'Equipment', 3, 6, 12, 24],
      ['Keeper’s time, in hours', 'People', 22, 32, 30, 50],
      ['Veterinary check before and after', 'Care', 120, 200, 2, 2],
    ],
    risks: [
      ['an animal shows signs of stress', 'the round ends at once and the keeper notes why'],
      [
        'visitors expect a show on the first day',
        'the sign says “practice”, with the week’s score',
      ],
    ],
    measures: [
      'three clean catches in a row by week 6',
      'visitor numbers on training mornings up by 15 %',
    ],
  },
  {
    words: words(`
      apps? software websites? code api apis data developers? cloud scripts? online digital
      photos? files? programme?s? entwickler daten logiciel datos
    `),
    people: 'the people who use it every day, and whoever maintains it',
    activities: [
      'a trial version for five users',
      'a weekly release with a change note',
      'a place to report faults, answered within two days',
      'a dry run that shows what would happen',
    ],
    costs: [
      ['Development, in days', 'People', 320, 480, 8, 15],
      ['Hosting, per month', 'Service', 15, 45, 6, 12],
      ['Testing with users, in sessions', 'People', 40, 80, 5, 8],
    ],
    risks: [
      ['data is changed by mistake', 'every action can be undone, and a backup is made first'],
      ['nobody maintains it after the start', 'two people know how to release'],
    ],
    measures: ['four of five trial users finish the main task alone', 'no lost data in the trial'],
  },
  {
    words: words(`
      school.* courses? teach.* students? pupils? train.* learn.* lessons? class.* educat.*
      .*schule.* .*kurse? unterricht.* école élèves? cours escuela alumnos? curso
    `),
    people: 'learners and those who teach them',
    activities: [
      'a first lesson that ends with something everybody can do',
      'practice in pairs for the second half of each session',
      'a short test without marks after week 3',
      'an open hour for those who fell behind',
    ],
    costs: [
      ['Teaching time, in hours', 'People', 28, 42, 16, 30],
      ['Teaching material per learner', 'Material', 6, 12, 15, 25],
      ['Room for the sessions', 'Place', 25, 45, 6, 10],
    ],
    risks: [
      ['the pace is too fast for half of the group', 'a check after each session decides the next'],
      ['learners stop coming after week 2', 'a personal word to whoever misses a session'],
    ],
    measures: ['80 % of the learners pass the check in week 6', 'nine of ten finish the course'],
  },
  {
    words: words(`
      festivals? events? party parties weddings? conferences? concerts? birthday celebration
      .*fest .*feier hochzeit.* .*konzert.* fête mariage fiesta boda evento
    `),
    people: 'guests, helpers and those who live next door',
    activities: [
      'a welcome point with a plan of the day',
      'a quiet corner for families',
      'an open stage in the afternoon',
      'a clear-up hour with free drinks for helpers',
    ],
    costs: [
      ['Stage, sound and light', 'Equipment', 350, 700, 1, 2],
      ['Tables and benches', 'Equipment', 6, 10, 20, 40],
      ['Food and drink for helpers', 'Material', 7, 11, 20, 35],
      ['Permits and fees', 'Fees', 80, 240, 1, 2],
    ],
    risks: [
      ['it rains all day', 'a roofed place is reserved until noon of the day before'],
      ['neighbours complain about noise', 'a letter with a phone number goes out in week 1'],
    ],
    measures: ['at least 150 guests over the day', 'clear-up finished within two hours'],
  },
  {
    words: words(`
      health.* clinic.* patients? fitness yoga sports? wellbeing hospital.* gesundheit.*
      patienten sport.* santé salud pacientes
    `),
    people: 'participants, above all those who have not dared so far',
    activities: [
      'a gentle first session without equipment',
      'a short talk with a professional beforehand',
      'a buddy for the first three weeks',
      'a monthly look at what helps and what does not',
    ],
    costs: [
      ['Professional guidance, in hours', 'People', 40, 65, 12, 24],
      ['Mats and small equipment', 'Equipment', 12, 25, 12, 20],
      ['Room for the sessions', 'Place', 25, 50, 8, 12],
    ],
    risks: [
      ['somebody overdoes it', 'every session has an easier variant that is shown first'],
      ['advice is mistaken for a diagnosis', 'each page says where to get medical advice'],
    ],
    measures: [
      'two of three participants still come in week 6',
      'no injury in the first two months',
    ],
  },
  {
    words: words(`
      music.* museums? theatres? theaters? books? films? art arts artists? exhibitions? poems?
      novels? musik.* .*museum theater kunst.* livres? musique libros? música arte
    `),
    people: 'visitors who come for the first time, and the regulars',
    activities: [
      'an open rehearsal with questions',
      'a guided half hour for newcomers',
      'a wall where visitors leave one sentence',
      'an evening with the people who made it',
    ],
    costs: [
      ['Fees for artists', 'People', 180, 350, 3, 6],
      ['Rights and licences', 'Fees', 60, 160, 2, 4],
      ['Posters and programme sheets', 'Material', 1, 3, 150, 300],
    ],
    risks: [
      ['rights are not cleared in time', 'a list of rights with a date for each, checked weekly'],
      ['only insiders come', 'half of the invitations go to people who were never there'],
    ],
    measures: ['one third of the visitors come for the first time', 'three reviews or mentions'],
  },
  {
    words: words(`
      shops? stores? sell.* sales customers? products? brands? marketing startups? launch.*
      business.* .*laden .*geschäft.* kunden.* verkauf.* clients? ventes? tienda clientes
      ventas pays profit.*
    `),
    isSetting: true,
    people: 'customers who have not heard of it yet, and those who come back',
    activities: [
      'a trial offer for the first fifty customers',
      'a conversation with ten customers before the start',
      'a thank-you for everybody who brings somebody along',
      'a weekly look at what sold and what did not',
    ],
    costs: [
      ['Launch material and samples', 'Material', 3, 7, 80, 160],
      ['Advertising in local media', 'Publicity', 60, 140, 3, 6],
      ['Sales training, in hours', 'People', 30, 45, 6, 12],
    ],
    risks: [
      ['the first customers do not come back', 'ask ten of them why within a week'],
      ['the price is wrong', 'two prices are tried in two weeks and compared'],
    ],
    measures: ['50 first customers in four weeks', 'a third of them come back within a month'],
  },
  {
    words: words(`
      energy solar climate recycl.* water waste sustainab.* environment.* insulation energie.*
      klima.* umwelt.* énergie climat energía clima
    `),
    people: 'households and the people who advise them',
    activities: [
      'a meter reading once a week by the same person',
      'a visit with one piece of advice per household',
      'a lending box with measuring devices',
      'a before-and-after sheet on the notice board',
    ],
    costs: [
      ['Measuring devices', 'Equipment', 25, 60, 8, 15],
      ['Advice visits', 'People', 35, 60, 10, 20],
      ['Information sheets', 'Material', 1, 2, 150, 300],
    ],
    risks: [
      ['savings are claimed without a baseline', 'two weeks are measured before anything changes'],
      ['advice does not fit tenants', 'a separate list for what tenants may do themselves'],
    ],
    measures: ['consumption down by 8 % after two months', '20 households with a baseline'],
  },
  {
    words: words(`
      neighbou?r.* co-?operatives? clubs? associations? volunteers? communit.* .*verein.*
      nachbar.* genossenschaft.* ehrenamt.* quartiers? voisins? vecinos? comunidad
    `),
    isSetting: true,
    people: 'neighbours, new and long-standing members alike',
    activities: [
      'an open evening where everybody can ask',
      'a members’ list with what each can offer',
      'a notice board at the entrance',
      'a half-hour introduction for new members',
    ],
    costs: [
      ['Notices and door-to-door leaflets', 'Publicity', 1, 2, 150, 300],
      ['Open evening: drinks and snacks', 'Event', 60, 110, 1, 2],
      ['Registration and bank fees', 'Fees', 40, 120, 1, 2],
    ],
    risks: [
      ['the same five people do everything', 'every task is offered to two new members first'],
      ['neighbours hear of it too late', 'a notice at every door one week ahead'],
    ],
    measures: ['30 neighbours at the open evening', 'ten new members in the first two months'],
  },
  {
    words: words(`
      teams? better improve.* company office productiv.* meetings? employees? colleagues?
      onboarding staff firma büro mitarbeiter.* besser.* équipe entreprise equipo empresa
      mejor.*
    `),
    isSetting: true,
    people: 'the people in the team and those who depend on their work',
    activities: [
      'a weekly half hour on the one thing that slowed us down',
      'a visible list of what is in progress, at most three items each',
      'a conversation with three people we work for',
      'a trial of one change for two weeks, then a decision',
    ],
    costs: [
      ['Time for the weekly half hour', 'People', 25, 40, 12, 30],
      ['Facilitation from outside, in days', 'People', 400, 700, 1, 2],
      ['Trial of a new tool, per seat', 'Service', 6, 12, 8, 15],
    ],
    risks: [
      ['too many changes at once', 'one change at a time, each with an end date'],
      ['“better” means something else to everybody', 'agree on one number before the first change'],
    ],
    measures: [
      'half as many tasks overdue after four weeks',
      'the team rates its week one point higher',
    ],
  },
];
